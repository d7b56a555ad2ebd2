package dev.chorus.node;

import dev.chorus.cluster.HazelcastCluster;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Vert.x as nodes run it: few event loops and other threads, native transport, and a checker that names who blocks an event loop. */
final class NodeVertx {
  private static final int CHECK_MS = 500;

  private NodeVertx() {}

  static Future<Vertx> start(NodeConfig config, MeterRegistry registry, Optional<HazelcastCluster> cluster) {
    VertxOptions options = new VertxOptions().setEventLoopPoolSize(config.eventLoops()).setWorkerPoolSize(8).setInternalBlockingPoolSize(8)
        .setPreferNativeTransport(true).setBlockedThreadCheckInterval(CHECK_MS).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
        .setMaxEventLoopExecuteTime(config.blockedAfter().toMillis()).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setWarningExceptionTime(config.blockedAfter().toMillis()).setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
        .setMetricsOptions(Metrics.vertx());
    // A peer that neither answers pings nor refuses connections is given up after 10 s, as Hazelcast does. One that only hangs for some seconds keeps its connections, and what
    // is on its way in them.
    options.setEventBusOptions(new EventBusOptions().setConnectTimeout(2_000).setTcpNoDelay(true).setClusterPingInterval(2_000)
        .setClusterPingReplyInterval(8_000));
    VertxBuilder builder = Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(registry));
    if (cluster.isEmpty())
      return Future.succeededFuture(builder.build());
    return builder.withClusterManager(cluster.get().manager()).buildClustered();
  }
}
