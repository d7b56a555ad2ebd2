package dev.chorus.delivery;

import dev.chorus.bus.Addresses;
import dev.chorus.cluster.Watchers;
import dev.chorus.database.Database;
import dev.chorus.delivery.lane.Draft;
import dev.chorus.delivery.lane.Lanes;
import dev.chorus.delivery.lane.Outcome.Stored;
import dev.chorus.delivery.log.Entries;
import dev.chorus.delivery.log.LogReader;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.room.Heads;
import dev.chorus.delivery.room.Memberships;
import dev.chorus.delivery.watch.Digest;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.node.Health.Status;
import dev.chorus.node.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;

/** The one context on which all of delivery's state lives, and its wiring. */
final class DeliveryVerticle extends VerticleBase {
  private static final int WAITING_PER_READER = 256;
  private final NodeContext node;
  private final DeliveryConfig config;
  private Pool pool;
  private Lanes lanes;
  private Delivery delivery;

  DeliveryVerticle(NodeContext node, DeliveryConfig config) {
    this.node = node;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    pool = readers();
    Reads reads = new Reads(pool);
    Heads heads = new Heads(reads);
    Watchers<RoomId> watchers = new Watchers<>();
    Fanout fanout = new Fanout(vertx, node.bus(), watchers);
    Digest digest = new Digest(node.bus(), node.cluster(), watchers, heads);
    lanes = new Lanes(vertx, node.clock(), config.laneOptions(), config.lanes(), config.limits(), node.metrics(),
        (draft, stored) -> tell(fanout, draft, stored));
    delivery = new Delivery(node.cluster(), node.clock(), config, lanes, watchers, heads, new Memberships(reads, node.clock()),
        new LogReader(reads));

    lanes.start();
    vertx.setPeriodic(config.digest().toMillis(), timer -> digest.round());
    node.health().check("delivery-database", () -> lanes.connected() == lanes.size() ? Status.UP : Status.DEGRADED);
    return node.bus().serve(Addresses.delivery(node.self()), delivery::dispatch);
  }

  private static void tell(Fanout fanout, Draft draft, Stored stored) {
    RoomId room = draft.append().send().room();
    if (fanout.isWatched(room))
      fanout.add(room, stored.seq(), Entries.of(draft.append(), stored.messageId(), stored.seq(), stored.at()));
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
    lanes.stop();
    return pool.close();
  }
}
