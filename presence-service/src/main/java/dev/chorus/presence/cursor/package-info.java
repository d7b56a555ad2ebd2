/** Cursors of a room on their way to its watchers. Without I/O. */
package dev.chorus.presence.cursor;
