package dev.chorus.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waiting for what another process or thread brings about, with a limit. */
public final class Eventually {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LOOK_AT_REST_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int LOOKS_AT_REST = 10;

  private Eventually() {}

  /** Returns how long it took until the condition held; fails after the limit. */
  public static Duration await(String what, Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos())
        throw new AssertionError("Not within " + limit + ": " + what);
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Waits until a figure is above 0 and no longer changes, and returns it. It is looked at ten times, a tenth of a second apart, so that a stop of the whole process is not taken
   * for its rest.
   */
  public static long atRest(String what, Duration limit, LongSupplier figure) {
    long start = System.nanoTime();
    long before = 0;
    for (int same = 0; same < LOOKS_AT_REST;) {
      long now = figure.getAsLong();
      same = now > 0 && now == before ? same + 1 : 0;
      before = now;
      if (System.nanoTime() - start > limit.toNanos())
        throw new AssertionError("Not at rest within " + limit + ": " + what);
      LockSupport.parkNanos(LOOK_AT_REST_EVERY_NANOS);
    }
    return before;
  }
}
