package dev.chorus.delivery.queue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How fast a long piece of work goes on. When nobody waits for it, it rests after each part for several times as long as the part took, so that PostgreSQL is there for those
 * who send meanwhile, however much there is to do.
 */
public final class Pace {
  private static final int RESTS = 4;
  private static final long LONGEST_MS = 2_000;
  private final Vertx vertx;
  private final int rests;

  private Pace(Vertx vertx, int rests) {
    this.vertx = vertx;
    this.rests = rests;
  }

  /** For what nobody waits for. */
  public static Pace gentle(Vertx vertx) {
    return new Pace(vertx, RESTS);
  }

  /** For what somebody waits for. */
  public static Pace atOnce() {
    return new Pace(null, 0);
  }

  /** Does a part; done when the next may begin. */
  <T> Future<T> part(Supplier<Future<T>> work) {
    if (rests == 0)
      return work.get();
    long began = System.nanoTime();
    return work.get().transform(result -> {
      Promise<T> rested = Promise.promise();
      vertx.setTimer(rest(System.nanoTime() - began), timer -> rested.handle(result));
      return rested.future();
    });
  }

  /** Milliseconds of rest after so many nanoseconds of work. */
  long rest(long nanos) {
    return Math.min(LONGEST_MS, 1 + rests * TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
