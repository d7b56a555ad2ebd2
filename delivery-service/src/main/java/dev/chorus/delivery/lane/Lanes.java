package dev.chorus.delivery.lane;

import dev.chorus.model.RoomId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** All lanes of a node. A room belongs to one of them, so its messages keep their order. Lives on the event-loop context that made it, but for its gauges. */
public final class Lanes {
  private static final int EXPIRE_MS = 100;
  private static final int IDLE_LOOK_MS = 20;
  private final Vertx vertx;
  private final List<LaneRunner> lanes = new ArrayList<>();
  private long expireTimer;

  /** @param count of lanes, each with a connection of its own */
  public Lanes(Vertx vertx, Clock clock, PgConnectOptions options, int count, LaneLimits limits, MeterRegistry registry,
      NewEntries newEntries) {
    this.vertx = vertx;
    LaneMeters meters = new LaneMeters(registry, this);
    for (int i = 0; i < count; i++)
      lanes.add(new LaneRunner(i, vertx, clock, options, limits, meters, newEntries));
  }

  public void start() {
    lanes.forEach(LaneRunner::start);
    expireTimer = vertx.setPeriodic(EXPIRE_MS, timer -> lanes.forEach(LaneRunner::expire));
  }

  /** Takes a draft for that room; it is answered in any case. */
  public void offer(RoomId room, Draft draft) {
    lanes.get(Math.floorMod(room.value().hashCode(), lanes.size())).offer(draft);
  }

  /** When everything that was offered has been answered. */
  public Future<Void> idle() {
    if (lanes.stream().allMatch(LaneRunner::isIdle))
      return Future.succeededFuture();
    Promise<Void> idle = Promise.promise();
    vertx.setPeriodic(IDLE_LOOK_MS, timer -> {
      if (lanes.stream().allMatch(LaneRunner::isIdle)) {
        vertx.cancelTimer(timer);
        idle.tryComplete();
      }
    });
    return idle.future();
  }

  /** How many have a connection. */
  public int connected() {
    return (int) lanes.stream().filter(LaneRunner::isConnected).count();
  }

  public int size() {
    return lanes.size();
  }

  int queued() {
    return lanes.stream().mapToInt(LaneRunner::queued).sum();
  }

  public void stop() {
    vertx.cancelTimer(expireTimer);
    lanes.forEach(LaneRunner::stop);
  }
}
