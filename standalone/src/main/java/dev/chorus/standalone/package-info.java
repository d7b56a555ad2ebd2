/** Chorus on one machine: the launcher's commands, the four services in one JVM, and a cluster of processes. */
package dev.chorus.standalone;
