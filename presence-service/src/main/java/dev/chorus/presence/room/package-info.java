/** The rooms of one owner: their rosters, who watches them, and what is due when. Without I/O; {@link dev.chorus.presence.room.Outlet} is where events leave. */
package dev.chorus.presence.room;
