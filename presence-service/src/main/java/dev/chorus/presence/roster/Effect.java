package dev.chorus.presence.roster;

import dev.chorus.model.UserId;

/** What others in the room are to see, and what else has to know. */
public sealed interface Effect {
  UserId user();

  record Joined(UserId user) implements Effect {}

  /** Still here, but looking different: status, devices, name or metadata. */
  record Changed(UserId user) implements Effect {}

  record Left(UserId user, long lastSeen) implements Effect {}

  /** A connection is no more, shown or not: what was done through it has ended. */
  record Ended(UserId user, String connection) implements Effect {}
}
