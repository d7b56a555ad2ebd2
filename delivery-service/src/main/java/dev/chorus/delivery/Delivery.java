package dev.chorus.delivery;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryApi;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.MembersPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RemoveMember;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.QueueMessage.ConnectedPlaces;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.bus.QueueMessage.SweepQueues;
import dev.chorus.bus.QueueMessage.WaitingPage;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WhoIsConnected;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.DeliveryRecord;
import dev.chorus.bus.TrackingMessage.DeliveryStatistics;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.bus.TrackingMessage.MoveMarks;
import dev.chorus.bus.TrackingMessage.MovedMarks;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.delivery.lane.Draft;
import dev.chorus.delivery.lane.Outcome;
import dev.chorus.model.CountedWords;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * Delivery as others call it. What moves in memory too (sending, watching, marks, retries) needs the room's owner; what PostgreSQL alone knows any node answers. Confined to one
 * event-loop context.
 */
final class Delivery implements DeliveryApi {
  private static final String SENT = "SENT";
  private final Cluster cluster;
  private final Clock clock;
  private final long patienceMs;
  private final DeliveryParts parts;
  private final CountedWords ids = new CountedWords();
  private boolean draining;

  Delivery(Cluster cluster, Clock clock, DeliveryConfig config, DeliveryParts parts) {
    this.cluster = cluster;
    this.clock = clock;
    this.patienceMs = config.patience().toMillis();
    this.parts = parts;
  }

  @Override
  public Future<JoinedRoom> join(JoinRoom request) {
    return parts.memberships().join(request);
  }

  @Override
  public Future<BusMessage.Done> forget(ForgetRoom request) {
    return parts.memberships().forget(request);
  }

  @Override
  public Future<BusMessage.Done> remove(RemoveMember request) {
    return parts.memberships().remove(request)
        .onSuccess(done -> parts.fanout().everywhere(new MemberRemoved(request.room(), request.user())));
  }

  @Override
  public Future<MembersPage> members(ListMembers request) {
    return parts.memberships().members(request);
  }

  @Override
  public Future<SentMessages> send(SendMessages request) {
    List<Append> messages = request.messages();
    Replies<Verdict> replies = new Replies<>(new Verdict[messages.size()]);
    Ring ring = cluster.ring(Role.DELIVERY);
    long deadline = clock.millis() + patienceMs;
    for (int i = 0; i < messages.size(); i++) {
      Append append = messages.get(i);
      int place = i;
      if (!owns(ring, append.entry().room())) {
        replies.set(place, Verdict.elsewhere());
      } else {
        SendRules.refusal(append).ifPresentOrElse(problem -> replies.set(place, Verdict.of(problem)),
            () -> parts.lanes().offer(append.entry().room(),
                new Draft(append, ids.next(), deadline, outcome -> replies.set(place, verdict(outcome)))));
      }
    }
    return replies.future().map(SentMessages::new);
  }

  private static Verdict verdict(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Stored entry -> Verdict.of(new Ack.Sent(entry.messageId(), entry.seq(), SENT, entry.at(), entry.duplicate()));
      case Outcome.Passed passed -> Verdict.of(new Ack.Sent(passed.messageId(), null, SENT, passed.at(), false));
      case Outcome.Refused refused -> Verdict.of(refused.problem());
    };
  }

  @Override
  public Future<LogPage> read(ReadLog request) {
    return parts.log().read(request);
  }

  @Override
  public Future<HistoryPage> history(ReadHistory request) {
    return parts.log().history(request);
  }

  @Override
  public Future<RoomsPage> rooms(ListRooms request) {
    return parts.memberships().list(request);
  }

  @Override
  public Future<WatchedRooms> watch(WatchRooms request) {
    Ring ring = cluster.ring(Role.DELIVERY);
    return parts.watching().watch(request, room -> owns(ring, room));
  }

  @Override
  public Future<MovedMarks> mark(MoveMarks request) {
    List<Mark> marks = request.marks();
    Replies<MarkVerdict> replies = new Replies<>(new MarkVerdict[marks.size()]);
    Ring ring = cluster.ring(Role.DELIVERY);
    for (int i = 0; i < marks.size(); i++) {
      int place = i;
      if (owns(ring, marks.get(i).room()))
        parts.tracking().mark(marks.get(i), verdict -> replies.set(place, verdict));
      else
        replies.set(place, MarkVerdict.elsewhere());
    }
    return replies.future().map(MovedMarks::new);
  }

  @Override
  public Future<DeliveryRecord> delivery(ReadDelivery request) {
    return parts.tracking().read(request);
  }

  @Override
  public Future<DeliveryRecord> retry(RetryDelivery request) {
    return asOwner(request.room(), () -> parts.tracking().retry(request));
  }

  @Override
  public Future<DeliveryRecord> cancel(CancelDelivery request) {
    return asOwner(request.room(), () -> parts.tracking().cancel(request));
  }

  @Override
  public Future<BusMessage.Done> receipts(SetReceipts request) {
    return parts.memberships().receipts(request);
  }

  @Override
  public Future<DeliveryStatistics> statistics(ReadStatistics request) {
    return parts.figures().read(request);
  }

  @Override
  public Future<WaitingQueue> queue(ReadQueue request) {
    return parts.queue().read(request);
  }

  @Override
  public Future<WaitingPage> waiting(ReadWaiting request) {
    return parts.queue().page(request);
  }

  @Override
  public Future<BusMessage.Done> drop(DropQueue request) {
    return parts.sweep().all(request.user()).map(BusMessage.Done.DONE);
  }

  @Override
  public Future<BusMessage.Done> sweep(SweepQueues request) {
    parts.newcomers().came(request.users());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  /** Only of rooms that are ours anything is known: of others all may be connected. */
  @Override
  public Future<ConnectedPlaces> connected(WhoIsConnected request) {
    Ring ring = cluster.ring(Role.DELIVERY);
    return Future.succeededFuture(new ConnectedPlaces(request.places().stream()
        .filter(place -> !owns(ring, place.room()) || parts.watching().isConnected(place.room(), place.user())).toList()));
  }

  private boolean owns(Ring ring, RoomId room) {
    return !draining && ring.owns(cluster.self(), room.value());
  }

  private <A> Future<A> asOwner(RoomId room, Supplier<Future<A>> call) {
    return owns(cluster.ring(Role.DELIVERY), room) ? call.get() : Future.failedFuture(NotCarriedOut.moved());
  }

  /** Takes nothing more; done when all that it took is answered and counted. */
  Future<Void> drain() {
    draining = true;
    return parts.lanes().idle().compose(idle -> parts.tracking().idle()).compose(idle -> parts.figures().flush());
  }
}
