package dev.chorus.streaming.deliver;

/** How long the node's answers are merged: not at all at ease, longer the more pieces come in a second. So the log and the readers keep up before latency is lost elsewhere. */
final class Pace {
  private static final long SECOND_MS = 1000;
  private static final long WINDOW_MS = 200;
  /** Up to so many pieces a second each goes its own way. */
  private static final int AT_EASE = 2000;
  private static final int PIECES_PER_MS = 100;
  private static final int MOST_MS = 100;
  private long windowAt;
  private int pieces;
  private int mergeMs;

  /** A piece has come; milliseconds to merge. */
  int on(long now) {
    if (now - windowAt >= WINDOW_MS) {
      long rate = now - windowAt > SECOND_MS ? 0 : pieces * SECOND_MS / (now - windowAt);
      mergeMs = rate <= AT_EASE ? 0 : (int) Math.min(MOST_MS, rate / PIECES_PER_MS);
      windowAt = now;
      pieces = 0;
    }
    pieces++;
    return mergeMs;
  }

  int mergeMs() {
    return mergeMs;
  }
}
