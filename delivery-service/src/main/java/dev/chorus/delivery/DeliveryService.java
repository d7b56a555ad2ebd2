package dev.chorus.delivery;

import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.database.Database;
import dev.chorus.node.NodeContext;
import dev.chorus.node.Service;
import io.vertx.core.Future;

/** Durable, ordered messages: rooms, members and logs in PostgreSQL, and telling gateways of what is new. */
public final class DeliveryService implements Service {
  private DeliveryConfig config;
  private NodeContext node;
  private DeliveryVerticle verticle;
  private String deployment;

  @Override
  public Role role() {
    return Role.DELIVERY;
  }

  @Override
  public void configure(Settings settings) {
    config = DeliveryConfig.from(settings);
  }

  @Override
  public Future<Void> start(NodeContext context) {
    node = context;
    verticle = new DeliveryVerticle(context, config);
    return Database.migrate(node.vertx(), config.database(), DeliveryConfig.SCHEMA)
        .compose(migrated -> node.vertx().deployVerticle(verticle)).map(id -> {
          deployment = id;
          return null;
        });
  }

  @Override
  public Future<Void> drain() {
    return deployment == null ? Future.succeededFuture() : verticle.drain();
  }

  @Override
  public Future<Void> stop() {
    return deployment == null ? Future.succeededFuture() : node.vertx().undeploy(deployment);
  }
}
