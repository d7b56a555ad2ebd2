package dev.chorus.streaming.log;

/** How many come in a second, as of the last quarter of one. */
final class Rate {
  private static final long WINDOW_MS = 250;
  private static final long SECOND_MS = 1000;
  private long windowAt;
  private long count;
  private long perSecond;

  void add(int some, long now) {
    roll(now);
    count += some;
  }

  long perSecond(long now) {
    roll(now);
    return perSecond;
  }

  private void roll(long now) {
    long passed = now - windowAt;
    if (passed < WINDOW_MS)
      return;
    perSecond = passed > SECOND_MS ? 0 : count * SECOND_MS / passed;
    windowAt = now;
    count = 0;
  }
}
