package dev.chorus.gateway.socketkit;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryApi;
import dev.chorus.bus.DeliveryMessage;
import dev.chorus.bus.QueueMessage;
import dev.chorus.bus.TrackingMessage;
import io.vertx.core.Future;

/** A delivery node of which only some calls are made: the others fail. */
public interface PartialDelivery extends DeliveryApi {
  private static <T> Future<T> unasked() {
    return Future.failedFuture(new UnsupportedOperationException("not asked here"));
  }

  @Override
  default Future<DeliveryMessage.JoinedRoom> join(DeliveryMessage.JoinRoom request) {
    return unasked();
  }

  @Override
  default Future<BusMessage.Done> forget(DeliveryMessage.ForgetRoom request) {
    return unasked();
  }

  @Override
  default Future<BusMessage.Done> remove(DeliveryMessage.RemoveMember request) {
    return unasked();
  }

  @Override
  default Future<DeliveryMessage.MembersPage> members(DeliveryMessage.ListMembers request) {
    return unasked();
  }

  @Override
  default Future<DeliveryMessage.LogPage> read(DeliveryMessage.ReadLog request) {
    return unasked();
  }

  @Override
  default Future<DeliveryMessage.RoomsPage> rooms(DeliveryMessage.ListRooms request) {
    return unasked();
  }

  @Override
  default Future<DeliveryMessage.WatchedRooms> watch(DeliveryMessage.WatchRooms request) {
    return unasked();
  }

  @Override
  default Future<TrackingMessage.MovedMarks> mark(TrackingMessage.MoveMarks request) {
    return unasked();
  }

  @Override
  default Future<TrackingMessage.DeliveryRecord> delivery(TrackingMessage.ReadDelivery request) {
    return unasked();
  }

  @Override
  default Future<TrackingMessage.DeliveryRecord> retry(TrackingMessage.RetryDelivery request) {
    return unasked();
  }

  @Override
  default Future<TrackingMessage.DeliveryRecord> cancel(TrackingMessage.CancelDelivery request) {
    return unasked();
  }

  @Override
  default Future<BusMessage.Done> receipts(TrackingMessage.SetReceipts request) {
    return unasked();
  }

  @Override
  default Future<TrackingMessage.DeliveryStatistics> statistics(TrackingMessage.ReadStatistics request) {
    return unasked();
  }

  @Override
  default Future<QueueMessage.WaitingQueue> queue(QueueMessage.ReadQueue request) {
    return unasked();
  }

  @Override
  default Future<QueueMessage.WaitingPage> waiting(QueueMessage.ReadWaiting request) {
    return unasked();
  }

  @Override
  default Future<BusMessage.Done> drop(QueueMessage.DropQueue request) {
    return unasked();
  }

  /** A hint, which most do not care about. */
  @Override
  default Future<BusMessage.Done> sweep(QueueMessage.SweepQueues request) {
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  default Future<QueueMessage.ConnectedPlaces> connected(QueueMessage.WhoIsConnected request) {
    return unasked();
  }
}
