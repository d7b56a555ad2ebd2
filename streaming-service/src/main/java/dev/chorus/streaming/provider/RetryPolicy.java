package dev.chorus.streaming.provider;

/**
 * How often and how soon an answer is tried.
 *
 * @param attempts for one answer in all, at whatever targets
 * @param attemptBudgetMs after this long no further attempt is begun
 */
public record RetryPolicy(int attempts, int baseDelayMs, int maxDelayMs, boolean honourRetryAfter, int attemptBudgetMs) {
  static final RetryPolicy DEFAULT = new RetryPolicy(3, 1000, 16_000, true, 60_000);
}
