package dev.chorus.gateway.receipt;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.Owners;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.MoveMarks;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.receipt.MarkLine.Place;
import dev.chorus.gateway.receipt.MarkLine.Step;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Received;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;

/**
 * Tells the owners of rooms how far their members are: what gathers in a moment goes as one message per owner, and of each user and room one mark is under way at a time. Marks
 * are cumulative, so they are repeated without harm while it is not known that they are stored. On the gateway's context only.
 */
public final class Marks {
  private static final long GATHER_MS = 10;
  private static final long PATIENCE_MS = 3_000;
  private static final int MAX_LINES = 50_000;
  private static final int MAX_BATCH = 512;
  private final Vertx vertx;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final Clock clock;
  private final ToLongFunction<RoomId> positions;
  private final Map<Place, MarkLine> lines = new HashMap<>();
  private final Set<MarkLine> ready = new LinkedHashSet<>();
  private boolean planned;

  /** @param positions up to where the log of a room surely goes, or -1 */
  public Marks(Vertx vertx, Cluster cluster, DeliveryClient delivery, Clock clock, ToLongFunction<RoomId> positions) {
    this.vertx = vertx;
    this.cluster = cluster;
    this.delivery = delivery;
    this.clock = clock;
    this.positions = positions;
  }

  /** Done when it is stored. Failures are {@link Refusal}s. */
  public Future<Void> move(Mark mark) {
    Place place = new Place(mark.room(), mark.user());
    MarkLine line = lines.get(place);
    if (line == null && lines.size() >= MAX_LINES)
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "Too many marks are on their way at the moment."));
    if (line == null) {
      line = new MarkLine(place);
      lines.put(place, line);
    }
    Future<Void> stored = line.add(mark, isPlain(mark), clock.millis() + PATIENCE_MS).orElseGet(() -> Future
        .failedFuture(
            Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too many marks of yours are on their way for this room.", 1000).refusal()));
    ready(line);
    return stored;
  }

  /** Whether the frame is a mark that only joins others that wait: such floods cost nobody anything. */
  public boolean merges(Received received, UserId user) {
    if (!(received instanceof Received.Frame frame))
      return false;
    return switch (frame.frame()) {
      case ClientFrame.Delivered mark -> joins(mark.room(), user, mark.seq());
      case ClientFrame.Read mark -> mark.seq() != null && mark.metadata() == null && joins(mark.room(), user, mark.seq());
      default -> false;
    };
  }

  private boolean joins(RoomId room, UserId user, long seq) {
    MarkLine line = lines.get(new Place(room, user));
    return line != null && seq <= positions.applyAsLong(room) && line.isGathering();
  }

  /** One beyond the known log may be refused: it must not take others with it. */
  private boolean isPlain(Mark mark) {
    long furthest = Math.max(mark.delivered() == null ? 0 : mark.delivered(), mark.read() == null ? 0 : mark.read());
    return mark.messageId() == null && mark.metadata() == null && furthest <= positions.applyAsLong(mark.room());
  }

  /** In how many rooms users wait for their marks to be stored. */
  public int waiting() {
    return lines.size();
  }

  private void ready(MarkLine line) {
    if (!line.isReady())
      return;
    ready.add(line);
    if (planned)
      return;
    planned = true;
    vertx.setTimer(GATHER_MS, timer -> flush());
  }

  private void flush() {
    planned = false;
    List<MarkLine> now = List.copyOf(ready);
    ready.clear();
    Map<NodeId, List<MarkLine>> byOwner = new HashMap<>();
    for (MarkLine line : now) {
      line.take();
      cluster.ring(Role.DELIVERY).owner(line.place.room().value())
          .ifPresentOrElse(owner -> byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(line), () -> back(line));
    }
    byOwner.forEach((owner, all) -> {
      for (int from = 0; from < all.size(); from += MAX_BATCH)
        send(owner, all.subList(from, Math.min(all.size(), from + MAX_BATCH)));
    });
  }

  private void send(NodeId owner, List<MarkLine> batch) {
    List<Step> steps = batch.stream().map(MarkLine::underWay).toList();
    delivery.mark(owner, new MoveMarks(steps.stream().map(Step::mark).toList())).onComplete(result -> {
      for (int i = 0; i < batch.size(); i++) {
        if (result.failed())
          failed(batch.get(i), result.cause());
        else
          judged(batch.get(i), result.result().verdicts().get(i));
      }
    });
  }

  private void judged(MarkLine line, MarkVerdict verdict) {
    if (verdict.moved())
      back(line);
    else
      done(line, verdict.problem());
  }

  private void failed(MarkLine line, Throwable cause) {
    Problem problem = cause instanceof NotCarriedOut ? Owners.unavailable() : Refusal.problemOf(cause);
    if (problem.retryable() && clock.millis() < line.underWay().deadline)
      back(line);
    else
      done(line, problem);
  }

  private void back(MarkLine line) {
    if (clock.millis() >= line.underWay().deadline) {
      done(line, Owners.unavailable());
      return;
    }
    vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> {
      line.back();
      ready(line);
    });
  }

  private void done(MarkLine line, Problem refusal) {
    line.done(refusal);
    if (line.isEmpty())
      lines.remove(line.place, line);
    else
      ready(line);
  }
}
