package dev.chorus.delivery;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PublicAddress;
import dev.chorus.database.Database;
import dev.chorus.delivery.query.Reads;
import dev.chorus.node.Health.Status;
import dev.chorus.node.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/** The one context on which all of delivery's state lives. */
final class DeliveryVerticle extends VerticleBase {
  private static final int WAITING_PER_READER = 256;
  private final NodeContext node;
  private final DeliveryConfig config;
  private Pool pool;
  private DeliveryParts parts;
  private Delivery delivery;

  DeliveryVerticle(NodeContext node, DeliveryConfig config) {
    this.node = node;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    pool = readers();
    parts = DeliveryParts.of(node, vertx, config, new Reads(pool));
    delivery = new Delivery(node.cluster(), node.clock(), config, parts);
    parts.start(vertx, config);
    node.health().check("delivery-database", () -> parts.lanes().connected() == parts.lanes().size() ? Status.UP : Status.DEGRADED);
    DeliveryClient client = new DeliveryClient(node.bus(), new Owners(vertx, node.bus(), node.cluster()));
    PublicMessages messages = new PublicMessages(vertx, node.clock(), node.cluster(), client, config.contents());
    return node.bus().serve(Addresses.delivery(node.self()), delivery::dispatch)
        .compose(served -> PublicAddress.serve(vertx, PublicAddress.MESSAGES, messages::send));
  }

  private Pool readers() {
    PoolOptions options = new PoolOptions().setMaxSize(config.readers()).setMaxWaitQueueSize(config.readers() * WAITING_PER_READER)
        .setConnectionTimeout(Database.CONNECT_TIMEOUT_MS).setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return PgBuilder.pool().with(options).with(Database.netOptions()).connectingTo(config.readerOptions()).using(vertx).build();
  }

  /** From any thread. */
  Future<Void> drain() {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(turn -> delivery.drain().onComplete(drained));
    return drained.future();
  }

  @Override
  public Future<?> stop() {
    parts.lanes().stop();
    return pool.close();
  }
}
