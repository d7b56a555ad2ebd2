package dev.chorus.bus;

import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.DeliveryMessage.SendMessages;
import dev.chorus.bus.DeliveryMessage.SentMessages;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
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

  public Future<LogPage> read(ReadLog request) {
    return call(request.room().value(), request, LogPage.class);
  }

  public Future<HistoryPage> history(ReadHistory request) {
    return call(request.room().value(), request, HistoryPage.class);
  }

  public Future<RoomsPage> rooms(ListRooms request) {
    return call(request.user().value(), request, RoomsPage.class);
  }

  /** Once, without repeats: a failure is {@link NotCarriedOut}, or a refusal such as {@code timeout} when the outcome is unknown. */
  public Future<SentMessages> send(NodeId owner, SendMessages request) {
    return bus.request(Addresses.delivery(owner), request, SentMessages.class, Bus.TIMEOUT);
  }

  /** Once, without repeats. */
  public Future<WatchedRooms> watch(NodeId owner, WatchRooms request) {
    return bus.request(Addresses.delivery(owner), request, WatchedRooms.class, Bus.TIMEOUT);
  }

  private <A extends BusMessage> Future<A> call(String key, DeliveryMessage request, Class<A> answer) {
    return owners.call(Role.DELIVERY, key, Addresses::delivery, request, answer, Owners.Repeat.ALWAYS);
  }
}
