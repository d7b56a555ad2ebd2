package dev.chorus.gateway.connection;

import dev.chorus.gateway.socket.CloseCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends all connections away, spread evenly over the drain time, so that they do not all knock at the other gateways at once. Without connections it is done at once.
 */
public final class Drain {
  private static final long STEP_MS = 100;
  private static final int MAX_RECONNECT_MS = 1_000;
  private final Vertx vertx;
  private final Clock clock;
  private final Connections connections;

  public Drain(Vertx vertx, Clock clock, Connections connections) {
    this.vertx = vertx;
    this.clock = clock;
    this.connections = connections;
  }

  /** Done when every connection was told. */
  public Future<Void> start(Duration time) {
    List<Connection> leaving = connections.closeDoor();
    if (leaving.isEmpty())
      return Future.succeededFuture();
    Promise<Void> done = Promise.promise();
    // The last tenth is for what they had under way.
    long total = Math.max(1, time.toMillis() * 9 / 10);
    long start = clock.millis();
    int[] told = {0};
    vertx.setPeriodic(STEP_MS, timer -> {
      int until = due(leaving.size(), clock.millis() - start, total);
      while (told[0] < until)
        leaving.get(told[0]++).socket().close(CloseCode.DRAIN, ThreadLocalRandom.current().nextInt(MAX_RECONNECT_MS + 1));
      if (told[0] == leaving.size() && vertx.cancelTimer(timer))
        done.complete();
    });
    return done.future();
  }

  /** How many of {@code count} have been told when {@code elapsed} of {@code total} milliseconds have passed. */
  static int due(int count, long elapsed, long total) {
    return (int) Math.min(count, (count * elapsed + total - 1) / total);
  }
}
