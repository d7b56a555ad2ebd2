package dev.chorus.delivery.retry;

import dev.chorus.model.UserId;
import java.util.Set;

/**
 * A message that asks to be acked.
 *
 * @param id as the world sees it
 * @param at when it was committed, milliseconds since the epoch
 * @param to whom it is for, or null for all members but the sender
 */
public record Message(long seq, String id, UserId sender, long at, Set<UserId> to) {
  boolean isFor(UserId user) {
    return !user.equals(sender) && (to == null || to.contains(user));
  }
}
