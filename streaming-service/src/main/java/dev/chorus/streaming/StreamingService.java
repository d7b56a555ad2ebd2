package dev.chorus.streaming;

import dev.chorus.cluster.Role;
import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import dev.chorus.database.Database;
import dev.chorus.node.NodeContext;
import dev.chorus.node.Service;
import io.vertx.core.Future;

/** Streaming as a node runs it. */
public final class StreamingService implements Service {
  /** The schema of this service. */
  static final String SCHEMA = "streaming";
  private StreamingConfig config;
  private NodeContext context;
  private StreamingVerticle verticle;
  /** None until the verticle has started: a node may be stopped while it starts. */
  private volatile String deployment;

  @Override
  public Role role() {
    return Role.STREAMING;
  }

  @Override
  public void configure(Settings settings) {
    config = StreamingConfig.from(settings);
  }

  @Override
  public Future<Void> start(NodeContext node) {
    try {
      if (config == null)
        configure(node.settings());
      node.settings().check();
    } catch (ConfigurationException wrong) {
      return Future.failedFuture(wrong);
    }
    context = node;
    if (node.settings().text("CHORUS_PROVIDERS").isPresent())
      HangUp.reloads(config.catalogue());
    verticle = new StreamingVerticle(node, config);
    return Database.migrate(node.vertx(), config.database(), SCHEMA).compose(migrated -> node.vertx().deployVerticle(verticle)).map(id -> {
      deployment = id;
      return null;
    });
  }

  /** How many streams this node runs. */
  int runningStreams() {
    return verticle.runningStreams();
  }

  @Override
  public Future<Void> drain() {
    return deployment == null ? Future.succeededFuture() : verticle.drain();
  }

  @Override
  public Future<Void> stop() {
    return deployment == null ? Future.succeededFuture() : context.vertx().undeploy(deployment);
  }
}
