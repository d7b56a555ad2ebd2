package dev.chorus.delivery;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.Watchers;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.lane.Lanes;
import dev.chorus.delivery.log.LogReader;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.queue.Housekeeping;
import dev.chorus.delivery.queue.Newcomers;
import dev.chorus.delivery.queue.OwnersWhereabouts;
import dev.chorus.delivery.queue.Pace;
import dev.chorus.delivery.queue.Queue;
import dev.chorus.delivery.queue.Sweep;
import dev.chorus.delivery.receipt.Marks;
import dev.chorus.delivery.receipt.Receipts;
import dev.chorus.delivery.retry.Retries;
import dev.chorus.delivery.room.Heads;
import dev.chorus.delivery.room.Memberships;
import dev.chorus.delivery.watch.Attendance;
import dev.chorus.delivery.watch.Digest;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.delivery.watch.Watching;
import dev.chorus.model.RoomId;
import dev.chorus.node.NodeContext;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Vertx;

/** What delivery is made of, wired. */
record DeliveryParts(Lanes lanes, Watching watching, Memberships memberships, LogReader log, Tracking tracking, Figures figures,
    Queue queue, Sweep sweep, Newcomers newcomers, Fanout fanout, Digest digest, Housekeeping housekeeping) {
  private static final int FIGURES_MS = 1_000;

  /** On the context that calls this; {@link #start} sets it going. */
  static DeliveryParts of(NodeContext node, Vertx vertx, DeliveryConfig config, Reads reads) {
    Watchers<RoomId> watchers = new Watchers<>();
    Heads heads = new Heads(reads);
    Fanout fanout = new Fanout(vertx, node.bus(), node.cluster(), watchers);
    Figures figures = new Figures(reads);
    Retries retries = new Retries(vertx, node.clock(), config.retry(), reads, fanout, figures);
    Attendance attendance = new Attendance(retries);
    retries.start(attendance);
    Gauge.builder("chorus.delivery.retries.waiting", retries, Retries::waiting).description("Times at which recipients are looked at again")
        .register(node.metrics());
    Gauge.builder("chorus.delivery.retries.unknown", retries, Retries::unknown)
        .description("People who ack, and for whom the log has to be read")
        .register(node.metrics());
    News news = new News(fanout, retries, new Receipts(reads, fanout), figures);
    Marks marks = new Marks(vertx, node.clock(), reads, news::moved);
    Lanes lanes = new Lanes(vertx, node.clock(), config.laneOptions(), config.lanes(), config.limits(), node.metrics(), news);
    DeliveryClient others = new DeliveryClient(node.bus(), new Owners(vertx, node.bus(), node.cluster()));
    Sweep sweep = Sweep.of(reads, node.clock(), config.queue(), new OwnersWhereabouts(node.cluster(), others), fanout, figures);
    return new DeliveryParts(lanes, new Watching(watchers, attendance, heads), new Memberships(reads, node.clock()), new LogReader(reads),
        new Tracking(node.clock(), reads, marks, retries, figures), figures, new Queue(reads, sweep), sweep,
        new Newcomers(sweep, Pace.gentle(vertx)), fanout,
        new Digest(node.bus(), node.cluster(), watchers, attendance, heads),
        new Housekeeping(reads, node.clock(), config.queue(), config.retention(), sweep, Pace.gentle(vertx)));
  }

  void start(Vertx vertx, DeliveryConfig config) {
    lanes.start();
    vertx.setPeriodic(config.digest().toMillis(), timer -> digest.round());
    vertx.setPeriodic(FIGURES_MS, timer -> figures.flush());
    vertx.setPeriodic(config.housekeeping().toMillis(), timer -> housekeeping.round());
  }
}
