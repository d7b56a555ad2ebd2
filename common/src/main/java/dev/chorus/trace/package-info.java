/** Traces of OpenTelemetry, from a request to the provider that answers it. */
package dev.chorus.trace;
