/** A program of somebody else's in the same cluster, with nothing of Chorus but {@code common} on its classpath. */
package dev.chorus.e2e.neighbour;
