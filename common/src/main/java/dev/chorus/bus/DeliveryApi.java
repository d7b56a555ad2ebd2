package dev.chorus.bus;

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
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
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
import dev.chorus.bus.TrackingMessage.MoveMarks;
import dev.chorus.bus.TrackingMessage.MovedMarks;
import dev.chorus.bus.TrackingMessage.ReadDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import io.vertx.core.Future;

/** What delivery does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface DeliveryApi {
  Future<JoinedRoom> join(JoinRoom request);

  Future<BusMessage.Done> forget(ForgetRoom request);

  Future<BusMessage.Done> remove(RemoveMember request);

  Future<MembersPage> members(ListMembers request);

  /** Answers when all of them are committed or refused. */
  Future<SentMessages> send(SendMessages request);

  Future<LogPage> read(ReadLog request);

  Future<HistoryPage> history(ReadHistory request);

  Future<RoomsPage> rooms(ListRooms request);

  Future<WatchedRooms> watch(WatchRooms request);

  /** Answers when all of them are stored or refused. */
  Future<MovedMarks> mark(MoveMarks request);

  Future<DeliveryRecord> delivery(ReadDelivery request);

  Future<DeliveryRecord> retry(RetryDelivery request);

  Future<DeliveryRecord> cancel(CancelDelivery request);

  Future<BusMessage.Done> receipts(SetReceipts request);

  Future<DeliveryStatistics> statistics(ReadStatistics request);

  Future<WaitingQueue> queue(ReadQueue request);

  Future<WaitingPage> waiting(ReadWaiting request);

  Future<BusMessage.Done> drop(DropQueue request);

  /** Answers before it is done. */
  Future<BusMessage.Done> sweep(SweepQueues request);

  Future<ConnectedPlaces> connected(WhoIsConnected request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(DeliveryMessage message) {
    return switch (message) {
      case JoinRoom call -> join(call);
      case ForgetRoom call -> forget(call);
      case RemoveMember call -> remove(call);
      case ListMembers call -> members(call);
      case SendMessages call -> send(call);
      case ReadLog call -> read(call);
      case ReadHistory call -> history(call);
      case ListRooms call -> rooms(call);
      case WatchRooms call -> watch(call);
      case MoveMarks call -> mark(call);
      case ReadDelivery call -> delivery(call);
      case RetryDelivery call -> retry(call);
      case CancelDelivery call -> cancel(call);
      case SetReceipts call -> receipts(call);
      case ReadStatistics call -> statistics(call);
      case ReadQueue call -> queue(call);
      case ReadWaiting call -> waiting(call);
      case DropQueue call -> drop(call);
      case SweepQueues call -> sweep(call);
      case WhoIsConnected call -> connected(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}
