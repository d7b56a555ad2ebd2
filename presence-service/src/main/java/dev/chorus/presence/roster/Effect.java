package dev.chorus.presence.roster;

import dev.chorus.model.Presence;
import dev.chorus.model.UserId;

/** What others in the room are to see. */
public sealed interface Effect {
  record Joined(Presence presence) implements Effect {}

  record Left(UserId user, long lastSeen) implements Effect {}

  /** Again with each {@code typing:start}, since it moves {@code expiresAt}. */
  record TypingStarted(UserId user, String agentId, long expiresAt) implements Effect {}

  record TypingStopped(UserId user, String agentId) implements Effect {}
}
