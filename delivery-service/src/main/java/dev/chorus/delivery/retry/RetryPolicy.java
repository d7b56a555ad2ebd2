package dev.chorus.delivery.retry;

/**
 * When a message is sent once more.
 *
 * @param timeoutMs how long the recipient may take to ack it at first
 * @param attempts how often at most it is sent again
 * @param baseMs upper bound of the wait before the first of them
 * @param maxMs upper bound of any wait
 * @param multiplier of the bound, from one to the next
 */
public record RetryPolicy(long timeoutMs, int attempts, long baseMs, long maxMs, double multiplier) {

  /** Milliseconds to wait before that attempt, the first being 1: full jitter, with {@code random} in [0, 1). */
  long wait(int attempt, double random) {
    return (long) (bound(attempt) * random);
  }

  /** How long the recipient may take to ack the last attempt. */
  long lastWait() {
    return Math.min(timeoutMs, bound(attempts + 1));
  }

  private long bound(int attempt) {
    return (long) Math.min((double) maxMs, baseMs * Math.pow(multiplier, attempt - 1));
  }
}
