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
import io.vertx.core.Future;

/** What delivery does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface DeliveryApi {
  Future<JoinedRoom> join(JoinRoom request);

  Future<BusMessage.Done> forget(ForgetRoom request);

  /** Answers when all of them are committed or refused. */
  Future<SentMessages> send(SendMessages request);

  Future<LogPage> read(ReadLog request);

  Future<HistoryPage> history(ReadHistory request);

  Future<RoomsPage> rooms(ListRooms request);

  Future<WatchedRooms> watch(WatchRooms request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(DeliveryMessage message) {
    return switch (message) {
      case JoinRoom call -> join(call);
      case ForgetRoom call -> forget(call);
      case SendMessages call -> send(call);
      case ReadLog call -> read(call);
      case ReadHistory call -> history(call);
      case ListRooms call -> rooms(call);
      case WatchRooms call -> watch(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}
