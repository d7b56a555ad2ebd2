package dev.chorus.presence.room;

/**
 * The version of a room's roster. It never goes back, whoever owns the room: it is ahead of what this owner gave before, of the clock in microseconds (so that an owner without
 * a memory of the room starts above its predecessor, who gave less than a thousand a millisecond), and of what any gateway has shown.
 */
final class Version {
  private static final long PER_MS = 1000;
  private long last;

  /** The version of a change at that time. */
  long next(long now) {
    last = Math.max(last + 1, now * PER_MS);
    return last;
  }

  /** A gateway has shown that version: what it gets from now on is higher. */
  void shown(long version, long now) {
    if (version <= last)
      return;
    last = version;
    next(now);
  }

  long last() {
    return last;
  }
}
