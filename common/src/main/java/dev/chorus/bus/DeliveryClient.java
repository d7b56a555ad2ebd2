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
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;

/** Delivery over the bus. Calls for one room go to its owner by themselves; batches, whose caller has grouped them by owner, go to the node that it names. */
public final class DeliveryClient {
  private final Bus bus;
  private final Owners owners;

  public DeliveryClient(Bus bus, Owners owners) {
    this.bus = bus;
    this.owners = owners;
  }

  public Future<JoinedRoom> join(JoinRoom request) {
    return call(request.room().value(), request, JoinedRoom.class);
  }

  public Future<BusMessage.Done> forget(ForgetRoom request) {
    return call(request.room().value(), request, BusMessage.Done.class);
  }

  public Future<BusMessage.Done> remove(RemoveMember request) {
    return call(request.room().value(), request, BusMessage.Done.class);
  }

  public Future<MembersPage> members(ListMembers request) {
    return call(request.room().value(), request, MembersPage.class);
  }

  public Future<LogPage> read(ReadLog request) {
    return call(request.room().value(), request, LogPage.class);
  }

  public Future<HistoryPage> history(ReadHistory request) {
    return call(request.room().value(), request, HistoryPage.class);
  }

  public Future<RoomsPage> rooms(ListRooms request) {
    return call(request.user().value(), request, RoomsPage.class);
  }

  public Future<DeliveryRecord> delivery(ReadDelivery request) {
    return call(request.room().value(), request, DeliveryRecord.class);
  }

  public Future<DeliveryRecord> retry(RetryDelivery request) {
    return call(request.room().value(), request, DeliveryRecord.class);
  }

  public Future<DeliveryRecord> cancel(CancelDelivery request) {
    return call(request.room().value(), request, DeliveryRecord.class);
  }

  public Future<BusMessage.Done> receipts(SetReceipts request) {
    return call(request.room() == null ? request.user().value() : request.room().value(), request, BusMessage.Done.class);
  }

  /** Any node answers for everybody. */
  public Future<DeliveryStatistics> statistics(ReadStatistics request) {
    return call(request.user() == null ? "" : request.user().value(), request, DeliveryStatistics.class);
  }

  public Future<WaitingQueue> queue(ReadQueue request) {
    return call(request.user().value(), request, WaitingQueue.class);
  }

  public Future<WaitingPage> waiting(ReadWaiting request) {
    return call(request.room().value(), request, WaitingPage.class);
  }

  public Future<BusMessage.Done> drop(DropQueue request) {
    return call(request.user().value(), request, BusMessage.Done.class);
  }

  /** A hint: what is not swept now is swept within a minute. */
  public void sweep(NodeId node, SweepQueues request) {
    bus.tell(Addresses.delivery(node), request);
  }

  /** Once, without repeats: a failure is {@link NotCarriedOut}, or a refusal such as {@code timeout} when the outcome is unknown. */
  public Future<SentMessages> send(NodeId owner, SendMessages request) {
    return bus.request(Addresses.delivery(owner), request, SentMessages.class, Bus.TIMEOUT);
  }

  /** Once, without repeats; a mark may be repeated as often as one likes. */
  public Future<MovedMarks> mark(NodeId owner, MoveMarks request) {
    return bus.request(Addresses.delivery(owner), request, MovedMarks.class, Bus.TIMEOUT);
  }

  /** Once, without repeats. */
  public Future<WatchedRooms> watch(NodeId owner, WatchRooms request) {
    return bus.request(Addresses.delivery(owner), request, WatchedRooms.class, Bus.TIMEOUT);
  }

  /** Once, without repeats. */
  public Future<ConnectedPlaces> connected(NodeId owner, WhoIsConnected request) {
    return bus.request(Addresses.delivery(owner), request, ConnectedPlaces.class, Bus.TIMEOUT);
  }

  private <A extends BusMessage> Future<A> call(String key, DeliveryMessage request, Class<A> answer) {
    return owners.call(Role.DELIVERY, key, Addresses::delivery, request, answer, Owners.Repeat.ALWAYS);
  }
}
