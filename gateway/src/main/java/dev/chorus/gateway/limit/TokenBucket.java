package dev.chorus.gateway.limit;

/** So many per second, with a burst. It refills by the time that has passed, so that it needs no timer. */
public final class TokenBucket {
  private final double perMs;
  private final double burst;
  private double tokens;
  private long at;

  /**
   * @param perSecond how many in the long run
   * @param burst how many at once
   */
  public TokenBucket(double perSecond, double burst, long now) {
    this.perMs = perSecond / 1000;
    this.burst = burst;
    this.tokens = burst;
    this.at = now;
  }

  /** Takes one. 0 when there was one, else the milliseconds until there will be. */
  public long take(long now) {
    refill(now);
    if (tokens >= 1) {
      tokens--;
      return 0;
    }
    return Math.max(1, (long) Math.ceil((1 - tokens) / perMs));
  }

  /** Nothing has been taken for so long that it is as new. */
  public boolean isFull(long now) {
    refill(now);
    return tokens >= burst;
  }

  private void refill(long now) {
    if (now > at)
      tokens = Math.min(burst, tokens + (now - at) * perMs);
    at = Math.max(at, now);
  }
}
