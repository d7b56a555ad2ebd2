/** Which nodes there are, what each does, and which of them owns a key. */
package dev.chorus.cluster;
