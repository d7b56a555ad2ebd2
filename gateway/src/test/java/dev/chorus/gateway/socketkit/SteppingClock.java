package dev.chorus.gateway.socketkit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's time plus what a test adds to it, so that minutes pass at once. */
public final class SteppingClock extends Clock {
  private final Clock real = Clock.systemUTC();
  private final AtomicLong ahead = new AtomicLong();
  private volatile Instant frozen;

  /** From now on only {@link #pass} moves it: for tests in which a slow machine must not let time pass by itself. */
  public void freeze() {
    frozen = real.instant();
  }

  public void pass(long ms) {
    ahead.addAndGet(ms);
  }

  @Override
  public Instant instant() {
    Instant base = frozen;
    return (base == null ? real.instant() : base).plusMillis(ahead.get());
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
