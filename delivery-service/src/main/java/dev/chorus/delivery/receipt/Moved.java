package dev.chorus.delivery.receipt;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;

/**
 * Marks of one member that have moved, committed.
 *
 * @param receipts whether others may see them
 * @param at of the flush, milliseconds since the epoch
 */
public record Moved(RoomId room, UserId user, boolean receipts, long oldDelivered, long newDelivered, long oldRead, long newRead, long at) {

  /** Whether they have moved at all. */
  boolean isMove() {
    return newDelivered > oldDelivered || newRead > oldRead;
  }
}
