/** Rooms, their members and heads. */
package dev.chorus.delivery.room;
