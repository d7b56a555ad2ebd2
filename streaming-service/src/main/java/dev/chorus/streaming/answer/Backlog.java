package dev.chorus.streaming.answer;

import java.time.Clock;

/**
 * The records of a stream that are not in the log yet. Above the high mark the provider's socket is no longer read, below the low mark it is again: so a slow log slows the
 * provider, and memory stays bounded.
 */
final class Backlog {
  static final int HIGH_MARK = 80;
  static final int LOW_MARK = 20;
  private final Clock clock;
  private int waiting;
  private boolean throttled;
  private long throttledAt;
  private long throttledMs;
  private long movedAt;

  Backlog(Clock clock) {
    this.clock = clock;
  }

  /** True: stop reading now. */
  boolean added(int records) {
    if (waiting == 0)
      movedAt = clock.millis();
    waiting += records;
    if (throttled || waiting < HIGH_MARK)
      return false;
    throttled = true;
    throttledAt = clock.millis();
    return true;
  }

  /** True: read on now. */
  boolean removed(int records) {
    waiting -= records;
    movedAt = clock.millis();
    if (!throttled || waiting > LOW_MARK)
      return false;
    throttled = false;
    throttledMs += clock.millis() - throttledAt;
    return true;
  }

  boolean isEmpty() {
    return waiting == 0;
  }

  boolean isThrottled() {
    return throttled;
  }

  /** Milliseconds since the log last took something that waits. */
  long stuckMs() {
    return waiting == 0 ? 0 : clock.millis() - movedAt;
  }

  long throttledMs() {
    return throttledMs + (throttled ? clock.millis() - throttledAt : 0);
  }
}
