/** Who types in a room, people and agents. Without I/O. */
package dev.chorus.presence.typing;
