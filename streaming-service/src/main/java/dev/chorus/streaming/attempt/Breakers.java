package dev.chorus.streaming.attempt;

import dev.chorus.streaming.provider.BreakerPolicy;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.Target;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A circuit breaker per target. An open one lets a single attempt through when its time has passed, and closes when that brings a first token. */
public final class Breakers {
  private static final int MAX_TARGETS = 10_000;
  private static final float HALF = 50;
  /** By target name; the least recently used are forgotten, since {@code *} lets callers name any model. */
  private final Map<String, CircuitBreaker> breakers = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, CircuitBreaker> eldest) {
      return size() > MAX_TARGETS;
    }
  };

  /** Whether the target may be tried now. After true, exactly one of {@link #good}, {@link #bad} and {@link #undecided} must follow. */
  public boolean admits(Target target, BreakerPolicy policy) {
    return of(target, policy).tryAcquirePermission();
  }

  /** The attempt brought its first token. */
  public void good(Target target, BreakerPolicy policy, long afterMs) {
    of(target, policy).onSuccess(afterMs, TimeUnit.MILLISECONDS);
  }

  /** The attempt failed. What is the caller's fault, or a limit of ours, says nothing about the target. */
  public void bad(Target target, BreakerPolicy policy, ProviderFailure failure, long afterMs) {
    boolean says = !failure.isCallersFault() && failure.status() != 429 && failure.cause() != ProviderFailure.Cause.BUSY;
    if (says)
      of(target, policy).onError(afterMs, TimeUnit.MILLISECONDS, new ProviderBroken());
    else
      undecided(target, policy);
  }

  /** The attempt was given up before it showed anything. */
  public void undecided(Target target, BreakerPolicy policy) {
    of(target, policy).releasePermission();
  }

  private CircuitBreaker of(Target target, BreakerPolicy policy) {
    return breakers.computeIfAbsent(target.name(),
        name -> CircuitBreaker.of(name, CircuitBreakerConfig.custom().slidingWindowType(SlidingWindowType.TIME_BASED)
            .slidingWindowSize(policy.windowSeconds()).minimumNumberOfCalls(policy.failures()).failureRateThreshold(HALF)
            .waitDurationInOpenState(Duration.ofSeconds(policy.openSeconds())).permittedNumberOfCallsInHalfOpenState(1)
            .writableStackTraceEnabled(false).build()));
  }

  /** What a breaker counts; it carries nothing. */
  private static final class ProviderBroken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProviderBroken() {
      super("the provider failed", null, false, false);
    }
  }
}
