package dev.chorus.gateway.httpkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what becomes true by itself. */
public final class Until {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Until() {}

  public static void holds(BooleanSupplier what) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!what.getAsBoolean()) {
      if (System.nanoTime() > deadline)
        throw new AssertionError("it did not become true in time");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
