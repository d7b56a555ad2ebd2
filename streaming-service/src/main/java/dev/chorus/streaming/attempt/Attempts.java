package dev.chorus.streaming.attempt;

import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.RetryPolicy;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.provider.Target;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides, before the first token, what follows a failed attempt (docs/protocol.md, section 6, "By cause"). Targets are tried in order; one is repeated only while the attempts
 * that are left suffice for every target behind it.
 */
public final class Attempts {
  private static final long LONGEST_RETRY_AFTER_MS = 10_000;
  private final List<Target> targets;
  private final RetryPolicy retry;
  private final long breakerOpenMs;
  private final long startedAt;
  private int current = -1;
  private int made;
  private int madeHere;
  private int failovers;
  private boolean movedForLength;

  /** @param now milliseconds */
  public Attempts(Route route, long now) {
    this.targets = route.targets();
    this.retry = route.retry();
    this.breakerOpenMs = route.breaker().openSeconds() * 1000L;
    this.startedAt = now;
  }

  /** @param admits whether a target may be tried now; asked only of one that is then tried */
  public Next first(Predicate<Target> admits) {
    Next next = nextTarget(admits);
    return next != null ? next : new Next.GiveUp(Failures.allOpen(breakerOpenMs));
  }

  /**
   * @param random in [0, 1), for the jitter
   * @param now milliseconds
   */
  public Next after(ProviderFailure failure, Predicate<Target> admits, double random, long now) {
    Next.GiveUp giveUp = new Next.GiveUp(Failures.of(failure));
    if (failure.isCallersFault() && !mayMoveForLength(failure))
      return giveUp;
    if (made >= retry.attempts() || now - startedAt >= retry.attemptBudgetMs())
      return giveUp;
    long wait = wait(failure, random);
    boolean inTime = now + wait - startedAt < retry.attemptBudgetMs() && wait >= 0;
    boolean enough = retry.attempts() - made > targets.size() - 1 - current;
    if (isWorthRepeating(failure) && inTime && enough && admits.test(targets.get(current)))
      return again(wait);
    Next next = nextTarget(admits);
    if (next != null)
      return next;
    return mayRepeatAtLast(failure) && inTime && admits.test(targets.get(current)) ? again(wait) : giveUp;
  }

  private boolean mayMoveForLength(ProviderFailure failure) {
    if (!failure.isContextLength() || movedForLength)
      return false;
    movedForLength = true;
    return true;
  }

  /** Milliseconds; negative when the provider wants a longer pause than anybody waits. */
  private long wait(ProviderFailure failure, double random) {
    if (failure.retryAfterMs() != null && retry.honourRetryAfter())
      return failure.retryAfterMs() <= LONGEST_RETRY_AFTER_MS ? failure.retryAfterMs() : -1;
    long ceiling = Math.min(retry.maxDelayMs(), (long) retry.baseDelayMs() << Math.min(madeHere - 1, 20));
    return (long) (ceiling * random);
  }

  /** 429 and 5xx pass by; a repeat at the same place may succeed. */
  private static boolean isWorthRepeating(ProviderFailure failure) {
    return failure.cause() == Cause.STATUS && (failure.status() >= 500 || failure.status() == 429 || failure.status() == 408);
  }

  /** Where nothing else is left, what broke off or was not reachable is tried again; silence, a refused key and a wrong kind of answer are not. */
  private static boolean mayRepeatAtLast(ProviderFailure failure) {
    return isWorthRepeating(failure) || switch (failure.cause()) {
      case UNREACHABLE, TRUNCATED, MALFORMED, IN_BAND, BUSY -> true;
      case STATUS, NOT_A_STREAM, STALLED, NO_FIRST_TOKEN, TOO_LONG, NO_CREDENTIALS -> false;
    };
  }

  private Next again(long wait) {
    made++;
    madeHere++;
    return new Next.Try(targets.get(current), made, wait);
  }

  /** Null when none is left. */
  private Next nextTarget(Predicate<Target> admits) {
    for (int i = current + 1; i < targets.size(); i++) {
      if (!admits.test(targets.get(i)))
        continue;
      if (made > 0)
        failovers++;
      current = i;
      made++;
      madeHere = 1;
      return new Next.Try(targets.get(i), made, 0);
    }
    return null;
  }

  /** So many attempts were begun. */
  public int made() {
    return made;
  }

  /** So many times another target took over. */
  public int failovers() {
    return failovers;
  }
}
