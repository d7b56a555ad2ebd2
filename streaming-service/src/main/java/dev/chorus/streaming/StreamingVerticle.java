package dev.chorus.streaming;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.PublicAddress;
import dev.chorus.bus.StreamingClient;
import dev.chorus.cluster.Role;
import dev.chorus.database.Database;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import dev.chorus.streaming.answer.Tools;
import dev.chorus.streaming.attempt.Breakers;
import dev.chorus.streaming.deliver.Pacer;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.generating.Thinking;
import dev.chorus.streaming.log.LogLanes;
import dev.chorus.streaming.log.Openings;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Postings;
import dev.chorus.streaming.log.Production;
import dev.chorus.streaming.log.RecordSlots;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.log.Unlogged;
import dev.chorus.streaming.progress.ProgressLog;
import dev.chorus.streaming.progress.ProjectOwner;
import dev.chorus.streaming.progress.PublishedEvents;
import dev.chorus.streaming.progress.StreamProgress;
import dev.chorus.streaming.takeover.Takeover;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Wires streaming on one event-loop context, to which all its state is confined, and drives it by timers and membership. */
final class StreamingVerticle extends VerticleBase {
  private static final long BEAT_MS = 300;
  /** Heartbeats and takeovers do not queue behind those who read. */
  private static final int OWNERSHIP_CONNECTIONS = 2;
  private static final long LOOK_MS = 2000;
  private static final long DIGEST_MS = 5000;
  private static final long THINKING_MS = 100;
  private static final long EXPIRE_MS = 10_000;
  private static final long SLOTS_MS = 60_000;
  private final NodeContext node;
  private final StreamingConfig config;
  private Pool pool;
  private Pool lives;
  private LogLanes lanes;
  private Owner owner;
  private Runs runs;

  StreamingVerticle(NodeContext node, StreamingConfig config) {
    this.node = node;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    PgConnectOptions connection = Database.byIndex(Database.connectOptions(config.database(), StreamingService.SCHEMA));
    pool = Database.pool(vertx, connection, config.readers(), StreamingService.SCHEMA);
    StreamLog log = new StreamLog(pool);
    lives = Database.pool(vertx, connection, OWNERSHIP_CONNECTIONS, "streaming-owners");
    Ownership ownership = new Ownership(lives);
    Fanout fanout = new Fanout(node.bus(), node.self());
    Meters meters = new Meters(node.metrics(), () -> runs.size(), () -> lanes.size());
    owner = new Owner(vertx, ownership, node.self(), meters::heartbeatRefused, () -> runs.discard());
    Openings openings = new Openings(pool, node.clock(), config.maxStreamsPerUser());
    lanes = new LogLanes(vertx, node.clock(), connection, owner::incarnation, openings, () -> {
      meters.appendRefused();
      owner.fenced();
    }, fanout::flush);
    Adapters adapters = new Adapters(vertx, node.clock());
    Tools tools = new Tools(vertx, node.clock(), lanes, new Unlogged(vertx, node.clock(), fanout::flush), adapters::of, new Breakers(),
        () -> ThreadLocalRandom.current().nextDouble(),
        new Pacer(vertx, node.clock()), config.portions(), config.logPatience(), config.ttl(), node.traces());
    Figures figures = new Figures();
    Owners owners = new Owners(vertx, node.bus(), node.cluster());
    ProjectOwner projects = new ProjectOwner(node, new ProgressLog(pool));
    ProgressClient projectClient = new ProgressClient(node.bus(), owners);
    StreamProgress progress = new StreamProgress(vertx, node.clock(), projectClient);
    PublishedEvents published = new PublishedEvents(projectClient);
    Posts posts = new Posts(node.cluster(), new DeliveryClient(node.bus(), owners), new Postings(pool), log,
        config.maxContentBytes());
    runs = new Runs(tools, fanout, meters, figures, new Groups(), progress, posts::post);
    Starts starts = new Starts(node, config.catalogue(), openings, owner, runs, tools);
    Inheritance inheritance = new Inheritance(log, ownership, owner, starts, runs);
    Takeover takeover = new Takeover(vertx, ownership, node.cluster(), config.takeover(), inheritance);
    Producers producers = new Producers(node, new Production(pool, config.maxStreamsPerUser()), owner, fanout,
        new StreamingClient(node.bus(), owners),
        config.takeover());
    Controls controls = new Controls(node, log, tools.unlogged(), ownership, owner, runs, producers, fanout);
    Streaming streaming = new Streaming(node, log, starts, controls, producers, runs, figures, fanout, takeover, config.catalogue(),
        tools.unlogged());
    node.health().check("stream-log", () -> lanes.isFailing() ? Health.Status.DEGRADED : Health.Status.UP);
    node.cluster().onChange(() -> context.runOnContext(changed -> streaming.clusterChanged()));
    Janitor janitor = new Janitor(ownership, node.clock(), config.ttl(), owner, runs, config.takeover(), inheritance);
    Thinking thinking = new Thinking(node.cluster(), (presence, said) -> node.bus().tell(Addresses.presence(presence), said));
    runs.onEnd(stream -> Thinking.of(stream.opened()).ifPresent(thinking::ended));
    vertx.setPeriodic(THINKING_MS, timer -> thinking.look(generations(), node.clock().millis()));
    vertx.setPeriodic(BEAT_MS, timer -> owner.beat());
    vertx.setPeriodic(LOOK_MS, timer -> takeover.look());
    vertx.setPeriodic(DIGEST_MS, timer -> runs.digest(producers.heads()));
    vertx.setPeriodic(EXPIRE_MS, timer -> {
      janitor.clean();
      posts.catchUp();
      producers.endSilent();
      projects.tidy();
    });
    RecordSlots slots = new RecordSlots(vertx, connection);
    vertx.setPeriodic(1, SLOTS_MS, timer -> janitor.tend(slots));
    return owner.register().compose(registered -> {
      takeover.look();
      return node.bus().serve(Addresses.progress(node.self()), projects::dispatch)
          .compose(served -> PublicAddress.serve(vertx, Addresses.PRODUCED_STREAMS, producers::on))
          .compose(served -> PublicAddress.serve(vertx, Addresses.PUBLISHED_PROGRESS, published::on))
          .compose(served -> node.bus().serve(Addresses.streaming(node.self()), streaming::dispatch));
    });
  }

  private List<Generation> generations() {
    return runs.ids().stream().map(runs::get).map(stream -> Thinking.of(stream.opened())).flatMap(Optional::stream).toList();
  }

  /** Done when nothing runs any more, or shortly before the drain time is over: then what still runs ends as failed. */
  Future<Void> drain() {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(now -> runs.drain(config.drain(), this::hasOthers).onComplete(drained));
    return drained.future();
  }

  /** Whether another streaming node serves. */
  private boolean hasOthers() {
    return node.cluster().ring(Role.STREAMING).nodes().stream().anyMatch(other -> !other.equals(node.self()));
  }

  /** How many streams this node runs; may be asked from any thread, and is then a moment old. */
  int runningStreams() {
    return runs.size();
  }

  @Override
  public Future<?> stop() {
    return owner.leave().eventually(() -> {
      lanes.close();
      return Future.join(pool.close(), lives.close());
    });
  }
}
