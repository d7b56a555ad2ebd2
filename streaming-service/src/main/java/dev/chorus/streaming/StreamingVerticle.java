package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.database.Database;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import dev.chorus.streaming.answer.Tools;
import dev.chorus.streaming.attempt.Breakers;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.log.AppendLane;
import dev.chorus.streaming.log.Openings;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.takeover.Takeover;
import dev.chorus.streaming.thinking.Thinking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Wires streaming on one event-loop context, to which all its state is confined, and drives it by timers and membership. */
final class StreamingVerticle extends VerticleBase {
  private static final long BEAT_MS = 1000;
  private static final long LOOK_MS = 2000;
  private static final long DIGEST_MS = 5000;
  private static final long THINKING_MS = 100;
  private static final long EXPIRE_MS = 10_000;
  private final NodeContext node;
  private final StreamingConfig config;
  private Pool pool;
  private AppendLane lane;
  private Owner owner;
  private Runs runs;

  StreamingVerticle(NodeContext node, StreamingConfig config) {
    this.node = node;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    pool = Database.pool(vertx, config.database(), StreamingService.SCHEMA, config.readers());
    StreamLog log = new StreamLog(pool);
    Ownership ownership = new Ownership(pool);
    Fanout fanout = new Fanout(node.bus(), node.self());
    Meters meters = new Meters(node.metrics(), () -> runs.size(), () -> lane.size());
    owner = new Owner(vertx, ownership, node.self(), meters::heartbeatRefused, () -> runs.discard());
    lane = new AppendLane(vertx, node.clock(), Database.connectOptions(config.database(), StreamingService.SCHEMA), owner::incarnation,
        () -> {
          meters.appendRefused();
          owner.fenced();
        }, fanout::flush);
    Adapters adapters = new Adapters(vertx, node.clock());
    Tools tools = new Tools(vertx, node.clock(), lane, adapters::of, new Breakers(), () -> ThreadLocalRandom.current().nextDouble(),
        config.logPatience());
    runs = new Runs(tools, fanout, meters);
    Takeover takeover = new Takeover(ownership, node.cluster(), node.clock(), runs::endedElsewhere);
    Starts starts = new Starts(node, config.catalogue(), new Openings(pool, config.maxStreamsPerUser()), owner, runs, tools);
    Streaming streaming = new Streaming(node, log, starts, runs, fanout, takeover, config.catalogue());
    node.health().check("stream-log", () -> lane.isFailing() ? Health.Status.DEGRADED : Health.Status.UP);
    node.cluster().onChange(() -> context.runOnContext(changed -> streaming.clusterChanged()));
    Janitor janitor = new Janitor(ownership, node.clock(), config.ttl(), owner, runs, lane);
    Thinking thinking = new Thinking(node.cluster(), (presence, said) -> node.bus().tell(Addresses.presence(presence), said));
    runs.onEnd(stream -> Thinking.of(stream.opened()).ifPresent(thinking::ended));
    vertx.setPeriodic(THINKING_MS, timer -> thinking.look(generations(), node.clock().millis()));
    vertx.setPeriodic(BEAT_MS, timer -> owner.beat());
    vertx.setPeriodic(LOOK_MS, timer -> takeover.look());
    vertx.setPeriodic(DIGEST_MS, timer -> runs.digest());
    vertx.setPeriodic(EXPIRE_MS, timer -> janitor.clean());
    return owner.register().compose(registered -> {
      takeover.look();
      return node.bus().serve(Addresses.streaming(node.self()), streaming::dispatch);
    });
  }

  private List<Generation> generations() {
    return runs.ids().stream().map(runs::get).map(stream -> Thinking.of(stream.opened())).flatMap(Optional::stream).toList();
  }

  /** Done when nothing runs any more, or shortly before the drain time is over: then what still runs ends as failed. */
  Future<Void> drain() {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(now -> runs.drain(config.drain()).onComplete(drained));
    return drained.future();
  }

  /** How many streams this node runs; may be asked from any thread, and is then a moment old. */
  int runningStreams() {
    return runs.size();
  }

  @Override
  public Future<?> stop() {
    return owner.leave().eventually(() -> {
      lane.close();
      return pool.close();
    });
  }
}
