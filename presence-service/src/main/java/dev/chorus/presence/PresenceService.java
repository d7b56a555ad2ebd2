package dev.chorus.presence;

import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.database.Database;
import dev.chorus.node.NodeContext;
import dev.chorus.node.Service;
import io.vertx.core.Future;

/** Who is where. It holds nothing but last-seen that outlives it: when it drains, the ring moves its rooms and gateways announce them to the next owner. */
public final class PresenceService implements Service {
  private PresenceConfig config;
  private NodeContext node;
  private String deployment;

  @Override
  public Role role() {
    return Role.PRESENCE;
  }

  @Override
  public void configure(Settings settings) {
    config = PresenceConfig.from(settings);
  }

  @Override
  public Future<Void> start(NodeContext context) {
    node = context;
    if (config == null) {
      configure(context.settings());
      context.settings().check();
    }
    return Database.migrate(node.vertx(), config.database(), PresenceConfig.SCHEMA)
        .compose(migrated -> node.vertx().deployVerticle(new PresenceVerticle(context, config, new Meters(context.metrics())))).map(id -> {
          deployment = id;
          return null;
        });
  }

  @Override
  public Future<Void> drain() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    String running = deployment;
    deployment = null;
    return running == null ? Future.succeededFuture() : node.vertx().undeploy(running);
  }
}
