package dev.chorus.delivery.queue;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;

/**
 * A message that waits for somebody, and is to be dropped.
 *
 * @param id the word of the message
 */
record Waiting(RoomId room, long seq, String id, UserId sender, short priority, String reason) {}
