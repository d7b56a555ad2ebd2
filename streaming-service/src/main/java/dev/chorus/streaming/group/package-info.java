/** Several answers at once: whose text goes first, and what became of them all. */
package dev.chorus.streaming.group;
