/** The pure core of one room's presence: inputs and the time in, effects out. No clock, no threads, no Vert.x. */
package dev.chorus.presence.roster;
