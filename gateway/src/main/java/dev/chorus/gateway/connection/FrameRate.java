package dev.chorus.gateway.connection;

import dev.chorus.gateway.config.GatewayConfig.Rates;
import dev.chorus.gateway.limit.TokenBucket;

/** How many frames a connection may send. Who goes on above it for ten seconds is disconnected. */
final class FrameRate {
  private static final long PATIENCE_MS = 10_000;
  /** Above the limit again after so short a time, it never stopped. */
  private static final long PAUSE_MS = 1_000;
  private final TokenBucket bucket;
  private long limitedSince;
  private long limitedAt;

  FrameRate(Rates rates, long now) {
    bucket = new TokenBucket(rates.frames(), (double) rates.frames() * Rates.BURST, now);
  }

  /** Counts one frame. 0 when it may be done, else the milliseconds to wait. */
  long count(long now) {
    long wait = bucket.take(now);
    if (wait > 0) {
      if (limitedSince == 0 || now - limitedAt > PAUSE_MS)
        limitedSince = now;
      limitedAt = now;
    }
    return wait;
  }

  /** It has gone on for too long. */
  boolean isExhausted() {
    return limitedSince != 0 && limitedAt - limitedSince >= PATIENCE_MS;
  }
}
