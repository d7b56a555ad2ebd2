package dev.chorus.streaming.attempt;

import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.Remedy;
import dev.chorus.streaming.provider.RetryPolicy;
import dev.chorus.streaming.provider.Route;
import dev.chorus.streaming.provider.Target;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides what follows a failed attempt (docs/protocol.md, section 6, "By cause"). Targets are tried in order; before the first token one is repeated only while the attempts
 * that are left suffice for every target behind it. Attempts are counted over the whole answer; their time runs from its start, or from where an attempt that had begun broke off.
 */
public final class Attempts {
  private static final long LONGEST_RETRY_AFTER_MS = 10_000;
  private final List<Target> targets;
  private final RetryPolicy retry;
  private final long breakerOpenMs;
  /** When the time for further attempts began to run; negative while all is well. */
  private long troubleSince;
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
    this.troubleSince = now;
  }

  /** @param admits whether a target may be tried now; asked only of one that is then tried */
  public Next first(Predicate<Target> admits) {
    Next next = nextTarget(admits);
    return next != null ? next : new Next.GiveUp(Failures.allOpen(breakerOpenMs));
  }

  /** An attempt has brought its first token: trouble that comes later has its time anew. */
  public void began() {
    troubleSince = -1;
  }

  /**
   * @param begun readers have something of the answer: then the next target goes on, the same one only if it is the last
   * @param random in [0, 1), for the jitter
   * @param now milliseconds
   */
  public Next after(ProviderFailure failure, boolean begun, Predicate<Target> admits, double random, long now) {
    if (troubleSince < 0)
      troubleSince = now;
    Next.GiveUp giveUp = new Next.GiveUp(Failures.of(failure));
    Remedy remedy = failure.remedy();
    if (remedy == Remedy.GIVE_BACK || (remedy == Remedy.NEXT_ONCE && movedForLength))
      return giveUp;
    movedForLength |= remedy == Remedy.NEXT_ONCE;
    if (made >= retry.attempts() || now - troubleSince >= retry.attemptBudgetMs())
      return giveUp;
    long wait = wait(failure, random);
    boolean inTime = now + wait - troubleSince < retry.attemptBudgetMs() && wait >= 0;
    boolean enough = retry.attempts() - made > targets.size() - 1 - current;
    if (remedy == Remedy.AGAIN && !begun && inTime && enough && admits.test(targets.get(current)))
      return again(wait);
    Next next = nextTarget(admits);
    if (next != null)
      return next;
    // Where nothing else is left, what broke off or was not reachable is tried again; silence, a refused key and a wrong kind of answer are not.
    boolean last = remedy == Remedy.AGAIN || remedy == Remedy.NEXT;
    return last && inTime && admits.test(targets.get(current)) ? again(wait) : giveUp;
  }

  /** Milliseconds; negative when the provider wants a longer pause than anybody waits. */
  private long wait(ProviderFailure failure, double random) {
    if (failure.retryAfterMs() != null && retry.honourRetryAfter())
      return failure.retryAfterMs() <= LONGEST_RETRY_AFTER_MS ? failure.retryAfterMs() : -1;
    long ceiling = Math.min(retry.maxDelayMs(), (long) retry.baseDelayMs() << Math.min(madeHere - 1, 20));
    return (long) (ceiling * random);
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
