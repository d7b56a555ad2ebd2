package dev.chorus.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;

/**
 * Bounds how long something is waited for, on the caller's own event loop. {@link Future#timeout} does that only for a future that has a context; for others, such as those of
 * {@link Promise#promise()}, it goes on in a thread of Netty's that none of our state expects.
 */
public final class Deadline {
  private Deadline() {}

  /**
   * What {@code work} comes to, or a {@link TimeoutException} after so many milliseconds. Later results are dropped.
   *
   * @param vertx called from the context on which to go on
   */
  public static <T> Future<T> within(Vertx vertx, long milliseconds, Future<T> work) {
    if (work.isComplete())
      return work;
    Promise<T> bounded = Promise.promise();
    long timer = vertx.setTimer(milliseconds, late -> bounded.tryFail(new TimeoutException("not within " + milliseconds + " ms")));
    work.onComplete(result -> {
      vertx.cancelTimer(timer);
      if (result.succeeded())
        bounded.tryComplete(result.result());
      else
        bounded.tryFail(result.cause());
    });
    return bounded.future();
  }
}
