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

  public void pass(long ms) {
    ahead.addAndGet(ms);
  }

  @Override
  public Instant instant() {
    return real.instant().plusMillis(ahead.get());
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
