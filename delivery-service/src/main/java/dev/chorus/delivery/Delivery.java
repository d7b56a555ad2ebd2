package dev.chorus.delivery;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryApi;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.delivery.lane.Draft;
import dev.chorus.delivery.lane.Lanes;
import dev.chorus.delivery.lane.Outcome;
import dev.chorus.delivery.log.LogReader;
import dev.chorus.delivery.room.Heads;
import dev.chorus.delivery.room.Memberships;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;

/**
 * Delivery as others call it. Sending and watching need the room's owner, since order and fan-out are its; what PostgreSQL alone knows (joining, history, the log) any node
 * answers. Confined to one event-loop context.
 */
final class Delivery implements DeliveryApi {
  private static final String SENT = "SENT";
  private final Cluster cluster;
  private final Clock clock;
  private final long patienceMs;
  private final Lanes lanes;
  private final Watchers<RoomId> watchers;
  private final Heads heads;
  private final Memberships memberships;
  private final LogReader log;
  private final MessageIds ids = new MessageIds();
  private boolean draining;

  Delivery(Cluster cluster, Clock clock, DeliveryConfig config, Lanes lanes, Watchers<RoomId> watchers, Heads heads,
      Memberships memberships, LogReader log) {
    this.cluster = cluster;
    this.clock = clock;
    this.patienceMs = config.patience().toMillis();
    this.lanes = lanes;
    this.watchers = watchers;
    this.heads = heads;
    this.memberships = memberships;
    this.log = log;
  }

  @Override
  public Future<JoinedRoom> join(JoinRoom request) {
    return memberships.join(request);
  }

  @Override
  public Future<BusMessage.Done> forget(ForgetRoom request) {
    return memberships.forget(request);
  }

  @Override
  public Future<SentMessages> send(SendMessages request) {
    List<Append> messages = request.messages();
    SendReply reply = new SendReply(messages.size());
    Ring ring = cluster.ring(Role.DELIVERY);
    long deadline = clock.millis() + patienceMs;
    for (int i = 0; i < messages.size(); i++) {
      Append append = messages.get(i);
      int place = i;
      if (draining || !ring.owns(cluster.self(), append.send().room().value())) {
        reply.set(place, Verdict.elsewhere());
      } else {
        SendRules.refusal(append).ifPresentOrElse(problem -> reply.set(place, Verdict.of(problem)), () -> lanes.offer(append.send().room(),
            new Draft(append, ids.next(), deadline, outcome -> reply.set(place, verdict(outcome)))));
      }
    }
    return reply.future();
  }

  private static Verdict verdict(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Stored entry -> Verdict.of(new Ack.Sent(entry.messageId(), entry.seq(), SENT, entry.at(), entry.duplicate()));
      case Outcome.Refused refused -> Verdict.of(refused.problem());
    };
  }

  @Override
  public Future<LogPage> read(ReadLog request) {
    return log.read(request);
  }

  @Override
  public Future<HistoryPage> history(ReadHistory request) {
    return log.history(request);
  }

  @Override
  public Future<RoomsPage> rooms(ListRooms request) {
    return memberships.list(request);
  }

  /** Registers first and reads the heads then: what is committed in between is fanned out already. */
  @Override
  public Future<WatchedRooms> watch(WatchRooms request) {
    request.unwatch().forEach(room -> watchers.unwatch(request.gateway(), room));
    Ring ring = cluster.ring(Role.DELIVERY);
    List<RoomId> rooms = request.watch().stream().map(RoomWatch::room).toList();
    List<RoomId> ours = rooms.stream().filter(room -> !draining && ring.owns(cluster.self(), room.value())).toList();
    ours.forEach(room -> watchers.watch(request.gateway(), room));
    return heads.of(ours).map(read -> new WatchedRooms(
        rooms.stream().map(room -> new RoomHead(room, read.getOrDefault(room, 0L), draining || !ring.owns(cluster.self(), room.value())))
            .toList()));
  }

  /** Takes no more messages; done when all that it took are answered. */
  Future<Void> drain() {
    draining = true;
    return lanes.idle();
  }
}
