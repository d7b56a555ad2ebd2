/** The streams that this gateway shows: one feed per stream, any number of readers at their own positions, caught up from the log by the same code as rooms. */
package dev.chorus.gateway.stream;
