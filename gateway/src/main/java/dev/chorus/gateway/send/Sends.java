package dev.chorus.gateway.send;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
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

/**
 * Sends messages to the owners of their rooms: one batch per owner and tick, and at most one batch under way per room, so that messages of a room keep their order through
 * repeats. A message is repeated only while it was surely not carried out, for 3 s in all. Each is answered, whatever happens: who had no turn in time is told so. On the gateway's context only.
 */
public final class Sends {
  private static final int MAX_WAITING = 20_000;
  private static final int MAX_BATCH = 256;
  private final Vertx vertx;
  private final Tick tick;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final Clock clock;
  private final Map<RoomId, RoomQueue> queues = new HashMap<>();
  private final Set<RoomQueue> ready = new LinkedHashSet<>();
  private int waiting;
  private boolean planned;

  public Sends(Vertx vertx, Tick tick, Cluster cluster, DeliveryClient delivery, Clock clock) {
    this.vertx = vertx;
    this.tick = tick;
    this.cluster = cluster;
    this.delivery = delivery;
    this.clock = clock;
  }

  /** Sends it behind all earlier ones of its room; the answer to an edit or a deletion has the seq and time of that entry. The {@code clientId} must be set. Failures are {@link Refusal}s. */
  public Future<Ack.Sent> send(Append message) {
    if (waiting >= MAX_WAITING)
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "Too many messages wait to be sent at the moment."));
    waiting++;
    RoomQueue queue = queues.computeIfAbsent(message.entry().room(), RoomQueue::new);
    Outgoing outgoing = new Outgoing(message, clock.millis());
    queue.add(outgoing);
    ready(queue);
    return outgoing.verdict.future().onComplete(done -> waiting--);
  }

  /** How many wait for their verdict. */
  public int waiting() {
    return waiting;
  }

  private void ready(RoomQueue queue) {
    if (queue.isUnderWay() || queue.isEmpty())
      return;
    ready.add(queue);
    if (planned)
      return;
    planned = true;
    tick.atEnd(this::flush);
  }

  private void flush() {
    planned = false;
    List<RoomQueue> now = List.copyOf(ready);
    ready.clear();
    Map<NodeId, List<RoomQueue>> byOwner = new HashMap<>();
    for (RoomQueue queue : now) {
      cluster.ring(Role.DELIVERY).owner(queue.room().value()).ifPresentOrElse(
          owner -> byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(queue),
          () -> later(queue));
    }
    byOwner.forEach(this::sendTo);
  }

  private void sendTo(NodeId owner, List<RoomQueue> rooms) {
    List<RoomQueue> members = new ArrayList<>();
    List<Outgoing> batch = new ArrayList<>();
    for (RoomQueue queue : rooms) {
      if (batch.size() >= MAX_BATCH) {
        send(owner, members, batch);
        members = new ArrayList<>();
        batch = new ArrayList<>();
      }
      members.add(queue);
      batch.addAll(queue.take(MAX_BATCH));
    }
    send(owner, members, batch);
  }

  private void send(NodeId owner, List<RoomQueue> rooms, List<Outgoing> batch) {
    delivery.send(owner, new SendMessages(batch.stream().map(outgoing -> outgoing.message).toList())).onComplete(result -> {
      if (result.succeeded())
        judged(batch, result.result());
      else
        failed(batch, result.cause());
      for (RoomQueue queue : rooms) {
        if (queue.landed(clock.millis()))
          later(queue);
        else if (queue.isEmpty())
          queues.remove(queue.room(), queue);
        else
          ready(queue);
      }
    });
  }

  private static void judged(List<Outgoing> batch, SentMessages answer) {
    for (int i = 0; i < batch.size(); i++) {
      Verdict verdict = answer.verdicts().get(i);
      if (verdict.sent() != null)
        batch.get(i).verdict.complete(verdict.sent());
      else if (verdict.problem() != null)
        batch.get(i).verdict.fail(verdict.problem().refusal());
    }
  }

  /** What was surely not carried out stays without a verdict, and is tried again. */
  private static void failed(List<Outgoing> batch, Throwable cause) {
    if (cause instanceof NotCarriedOut)
      return;
    Problem problem = Refusal.problemOf(cause);
    batch.forEach(outgoing -> outgoing.verdict.fail(outgoing.isAtMostOnce() ? problem.notRetryable().refusal() : problem.refusal()));
  }

  private void later(RoomQueue queue) {
    if (queue.expire(clock.millis())) {
      queues.remove(queue.room(), queue);
      return;
    }
    queue.pause();
    vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> {
      queue.resume();
      ready(queue);
    });
  }
}
