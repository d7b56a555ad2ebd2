package dev.chorus.node;

import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import io.vertx.core.Future;

/** One service as a node runs it: made by its Main, started when Vert.x and the cluster are there, drained, stopped. */
public interface Service {
  /** The role under which the cluster finds this service. */
  Role role();

  /**
   * Reads this service's settings, so that the errors of all services of a node are reported together, before anything is
   * started. A service that reads them only in {@link #start} calls {@link Settings#check()} there.
   */
  default void configure(Settings settings) {}

  /** Consumers registered, schema migrated, able to work. The node announces {@code serving} when all of its services have started. */
  Future<Void> start(NodeContext node);

  /** Takes no new work and finishes what runs, within the drain time. The node announced {@code draining} before. */
  Future<Void> drain();

  /** Releases everything; nothing runs afterwards. */
  Future<Void> stop();
}
