package dev.chorus.testkit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that stands still unless a test moves it, and that knows how often it was asked since. */
public final class MovingClock extends Clock {
  private Instant now = Instant.ofEpochMilli(1_800_000_000_000L);
  private int reads;

  /** Lets so many milliseconds pass. */
  public synchronized void pass(long ms) {
    now = now.plusMillis(ms);
    reads = 0;
  }

  /** How often the time was asked for since it last moved. */
  public synchronized int reads() {
    return reads;
  }

  @Override
  public synchronized Instant instant() {
    reads++;
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
