package dev.chorus.node;

import dev.chorus.bus.Bus;
import dev.chorus.cluster.Cluster;
import dev.chorus.config.Settings;
import dev.chorus.model.NodeId;
import dev.chorus.trace.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;

/** What a node lends to its services. */
public record NodeContext(Vertx vertx, NodeId self, Cluster cluster, Bus bus, Settings settings, MeterRegistry metrics, Health health,
    Clock clock, Traces traces) {
  /** Without a collector of traces. */
  public NodeContext(Vertx vertx, NodeId self, Cluster cluster, Bus bus, Settings settings, MeterRegistry metrics, Health health,
      Clock clock) {
    this(vertx, self, cluster, bus, settings, metrics, health, clock, Traces.passingOn());
  }
}
