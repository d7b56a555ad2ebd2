package dev.chorus.presence.lastseen;

import dev.chorus.model.UserId;

/** When users were here last, as far as rooms have to do with it. */
public interface LastSeen {
  /** The user was seen here at that time. It is kept sooner or later. */
  void saw(UserId user, long at);

  /** Whether others may know when. False as long as the user's choice is not known. */
  boolean isShared(UserId user);
}
