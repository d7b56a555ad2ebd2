package dev.chorus.streaming.log;

/** How many rows come in a second, as of the last quarter of one, and how long a batch may gather them: not at all at ease, longer the more there are. */
final class Rate {
  private static final int AT_EASE = 1000;
  private static final int ROWS_PER_MS = 300;
  static final long MAX_GATHER_MS = 10;
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

  /** Milliseconds from the begin of one batch to that of the next. */
  long gatherMs(long now) {
    long rate = perSecond(now);
    return rate < AT_EASE ? 0 : Math.min(MAX_GATHER_MS, rate / ROWS_PER_MS);
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
