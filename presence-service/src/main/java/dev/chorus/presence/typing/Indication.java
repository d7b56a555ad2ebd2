package dev.chorus.presence.typing;

import dev.chorus.model.UserId;

/** What others are to see of somebody's typing. */
public sealed interface Indication {
  UserId user();

  /** An agent that types on the user's behalf, or null. */
  String agentId();

  /** Again with each sign of life, since it moves {@code expiresAt}. */
  record Started(UserId user, String agentId, long expiresAt) implements Indication {}

  record Stopped(UserId user, String agentId) implements Indication {}
}
