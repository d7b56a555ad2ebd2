package dev.chorus.gateway.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.gateway.socket.Socket;
import dev.chorus.model.UserId;
import dev.chorus.protocol.EventCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** An ephemeral event as its readers get it: one envelope for all, and one without their own items for those whom it is about and who do not hear of themselves. */
final class EphemeralFrames {
  private final List<byte[]> forAll;
  /** An empty list: nothing of it is for that user. */
  private final Map<UserId, List<byte[]>> forSome;

  private EphemeralFrames(List<byte[]> forAll, Map<UserId, List<byte[]>> forSome) {
    this.forAll = forAll;
    this.forSome = forSome;
  }

  static EphemeralFrames of(RoomEphemeral event) {
    Map<UserId, List<byte[]>> forSome = new HashMap<>();
    if (!event.echo()) {
      for (Item item : event.items())
        forSome.computeIfAbsent(item.user(), user -> without(user, event));
    }
    return new EphemeralFrames(List.of(envelope(event, event.items())), forSome);
  }

  private static List<byte[]> without(UserId user, RoomEphemeral event) {
    List<Item> others = event.items().stream().filter(item -> !item.user().equals(user)).toList();
    return others.isEmpty() ? List.of() : List.of(envelope(event, others));
  }

  private static byte[] envelope(RoomEphemeral event, List<Item> items) {
    return EventCodec.list(event.type(), event.room(), event.list(), items.stream().map(Item::json).toList(), event.version());
  }

  /**
   * Those with a variant of their own come last, so that the frame for all is encoded once.
   *
   * @param write hands the very same list to many sockets
   */
  void show(List<Reader> readers, BiConsumer<Socket, List<byte[]>> write) {
    for (Reader reader : readers) {
      if (reader.hasBegun() && !forSome.containsKey(reader.user()))
        write.accept(reader.socket(), forAll);
    }
    if (forSome.isEmpty())
      return;
    for (Reader reader : readers) {
      List<byte[]> own = reader.hasBegun() ? forSome.get(reader.user()) : null;
      if (own != null && !own.isEmpty())
        write.accept(reader.socket(), own);
    }
  }
}
