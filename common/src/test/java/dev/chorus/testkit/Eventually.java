package dev.chorus.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another process or thread brings about, with a limit. */
public final class Eventually {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

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
}
