/** Counters of what was sent, delivered, read, failed. */
package dev.chorus.delivery.figures;
