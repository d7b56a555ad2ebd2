package dev.chorus.delivery.retry;

import dev.chorus.model.UserId;

/** What is to be done about a message that was not acked. */
sealed interface Step {
  UserId user();

  Message message();

  /** @param asked the sender had asked for it, and it is the first since */
  record Again(UserId user, Message message, int attempt, boolean asked) implements Step {}

  /** It has FAILED. */
  record GiveUp(UserId user, Message message, int attempts) implements Step {}
}
