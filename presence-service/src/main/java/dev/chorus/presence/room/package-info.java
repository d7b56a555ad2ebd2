/** The rooms of one owner: who is there and what they do, who watches them, and what is due when. Without I/O; {@link dev.chorus.presence.room.Outlet} is where events leave. */
package dev.chorus.presence.room;
