package dev.chorus.bus;

import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Sends a call to the owner of its key. What was surely not carried out (moved, no handler, no owner yet) is tried again after 20 to 200 ms, with the owner computed anew,
 * for 3 s in all; then it is {@code unavailable}. A call whose outcome is unknown is repeated only if it is {@link Repeat#ALWAYS}.
 */
public final class Owners {
  /** Whether a call may be done twice. */
  public enum Repeat {
    ALWAYS, IF_NOT_CARRIED_OUT
  }

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MIN_WAIT_MS = 20;
  private static final int MAX_WAIT_MS = 200;
  private final Vertx vertx;
  private final Bus bus;
  private final Cluster cluster;
  private final Duration patience;

  public Owners(Vertx vertx, Bus bus, Cluster cluster) {
    this(vertx, bus, cluster, PATIENCE);
  }

  /** @param patience how long an owner is looked for */
  Owners(Vertx vertx, Bus bus, Cluster cluster, Duration patience) {
    this.vertx = vertx;
    this.bus = bus;
    this.cluster = cluster;
    this.patience = patience;
  }

  /**
   * @param address of the role on a node
   * @return the answer, or a failure that is a {@link Refusal}
   */
  public <M extends BusMessage, A extends BusMessage> Future<A> call(Role role, String key, Function<NodeId, Address<M>> address, M message,
      Class<A> answer,
      Repeat repeat) {
    Promise<A> promise = Promise.promise();
    long deadline = System.nanoTime() + patience.toNanos();
    attempt(role, key, address, message, answer, repeat, deadline, promise);
    return promise.future();
  }

  private <M extends BusMessage, A extends BusMessage> void attempt(Role role, String key, Function<NodeId, Address<M>> address, M message,
      Class<A> answer,
      Repeat repeat, long deadline, Promise<A> promise) {
    Future<A> asked = cluster.ring(role).owner(key).map(node -> bus.request(address.apply(node), message, answer, Bus.TIMEOUT))
        .orElseGet(() -> Future.failedFuture(new NotCarriedOut("no owner")));
    asked.onComplete(result -> {
      if (result.succeeded()) {
        promise.complete(result.result());
      } else if (!mayRepeat(result.cause(), repeat)) {
        promise.fail(result.cause());
      } else if (System.nanoTime() > deadline) {
        promise.fail(result.cause() instanceof Refusal ? result.cause() : unavailable().refusal());
      } else {
        vertx.setTimer(wait(ThreadLocalRandom.current().nextDouble()),
            timer -> attempt(role, key, address, message, answer, repeat, deadline, promise));
      }
    });
  }

  private static boolean mayRepeat(Throwable cause, Repeat repeat) {
    return cause instanceof NotCarriedOut
        || (repeat == Repeat.ALWAYS && cause instanceof Refusal refusal && refusal.problem().code() == ErrorCode.TIMEOUT);
  }

  /** Milliseconds to wait before a further attempt, {@code random} in [0, 1). */
  public static long wait(double random) {
    return MIN_WAIT_MS + (long) (random * (MAX_WAIT_MS - MIN_WAIT_MS));
  }

  /** What a caller hears when no owner could be reached. */
  public static Problem unavailable() {
    return Problem.of(ErrorCode.UNAVAILABLE, "The service is not available at the moment.");
  }
}
