package dev.chorus.e2e.kit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for something outside this JVM, with a bound. */
public final class Await {
  private static final Duration STEP = Duration.ofMillis(20);

  private Await() {}

  /** Asks until the answer is not null (and not false), and returns it; fails with {@code what} after the time. An exception counts as "not yet". */
  public static <T> T until(String what, Duration atMost, Callable<T> question) {
    return until(() -> what, atMost, question);
  }

  /** The same; what did not happen is said when it did not. */
  public static <T> T until(Supplier<String> what, Duration atMost, Callable<T> question) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        T answer = question.call();
        if (answer != null && !Boolean.FALSE.equals(answer))
          return answer;
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    throw new AssertionError("not within " + atMost + ": " + what.get(), last);
  }
}
