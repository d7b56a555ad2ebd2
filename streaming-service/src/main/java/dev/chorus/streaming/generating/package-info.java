/** What the people of a room see of agents while they generate. Without I/O. */
package dev.chorus.streaming.generating;
