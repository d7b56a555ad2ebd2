package dev.chorus.streaming;

import dev.chorus.model.NodeId;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node as an owner of streams: its life in the log, its heartbeat, and what happens when another node has declared it dead. Then its streams are no longer its own; it
 * drops them without a word and begins a new life.
 */
final class Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Owner.class);
  private static final long AGAIN_MS = 500;
  private final Vertx vertx;
  private final Ownership ownership;
  private final Runnable beatRefused;
  private final Runnable discard;
  private Incarnation incarnation;
  private boolean registered;
  private boolean left;

  /** @param discard drops all that runs, without a word */
  Owner(Vertx vertx, Ownership ownership, NodeId self, Runnable beatRefused, Runnable discard) {
    this.vertx = vertx;
    this.ownership = ownership;
    this.beatRefused = beatRefused;
    this.discard = discard;
    this.incarnation = new Incarnation(self, 1);
  }

  Incarnation incarnation() {
    return incarnation;
  }

  /** False between two lives: nothing can be opened. */
  boolean isRegistered() {
    return registered;
  }

  /** Done when the log knows this node; while PostgreSQL is slow or away it is told again. How long a start may take is for the node to say. */
  Future<Void> register() {
    return ownership.register(incarnation).onSuccess(done -> registered = true).recover(failure -> {
      LOG.atWarn().addKeyValue("reason", String.valueOf(failure.getMessage())).log("PostgreSQL does not take this node's name yet.");
      return vertx.timer(AGAIN_MS, TimeUnit.MILLISECONDS).compose(later -> left ? Future.failedFuture(failure) : register());
    });
  }

  void beat() {
    Incarnation beating = incarnation;
    if (!registered || left)
      return;
    ownership.beat(beating).onSuccess(alive -> {
      if (!alive && beating.equals(incarnation)) {
        beatRefused.run();
        fenced();
      }
    });
  }

  /** Another node has taken over. */
  void fenced() {
    if (!registered || left)
      return;
    LOG.atWarn().addKeyValue("incarnation", incarnation.toString()).log("This node was declared dead; its streams belong to others now.");
    registered = false;
    incarnation = incarnation.next();
    discard.run();
    register();
  }

  /** Nothing is written in this life any more. */
  Future<Void> leave() {
    left = true;
    return ownership.fence(incarnation.toString()).otherwiseEmpty();
  }
}
