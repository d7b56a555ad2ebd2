/** A provider that needs no network: deterministic answers at a set pace, and faults on demand, for demos and tests. */
package dev.chorus.streaming.simulated;
