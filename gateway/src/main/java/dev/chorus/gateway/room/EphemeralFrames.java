package dev.chorus.gateway.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.UserId;
import dev.chorus.protocol.EventCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** An ephemeral event as its readers get it: one envelope for all, and one without their own items for those whom it is about and who do not hear of themselves. */
final class EphemeralFrames {
  private final RoomEphemeral event;
  private final List<byte[]> forAll;
  /** An empty list: nothing of it is for that user. */
  private final Map<UserId, List<byte[]>> forSome;

  private EphemeralFrames(RoomEphemeral event, List<byte[]> forAll, Map<UserId, List<byte[]>> forSome) {
    this.event = event;
    this.forAll = forAll;
    this.forSome = forSome;
  }

  static EphemeralFrames of(RoomEphemeral event) {
    Map<UserId, List<byte[]>> forSome = new HashMap<>();
    if (!event.echo()) {
      for (Item item : event.items())
        forSome.put(item.user(), null);
    }
    return new EphemeralFrames(event, List.of(envelope(event)), forSome);
  }

  private static List<byte[]> without(UserId user, RoomEphemeral event) {
    List<Item> others = event.items().stream().filter(item -> !item.user().equals(user)).toList();
    return others.isEmpty() ? List.of() : List.of(envelope(event, others));
  }

  /** What everybody gets. */
  static byte[] envelope(RoomEphemeral event) {
    return envelope(event, event.items());
  }

  private static byte[] envelope(RoomEphemeral event, List<Item> items) {
    return event.list() == null
        ? EventCodec.single(event.type(), event.room(), items.getFirst().json(), event.version())
        : EventCodec.list(event.type(), event.room(), event.list(), items.stream().map(Item::json).toList(), event.version());
  }

  /** Shows it; a reader that is slow gets it merged with what follows. */
  void show(List<Reader> readers) {
    show(readers, (reader, frames) -> reader.show(event, frames));
  }

  /**
   * Those with a variant of their own come last, so that the frame for all is encoded once. Of users who are not here no variant is made.
   *
   * @param write hands the very same list to many readers
   */
  void show(List<Reader> readers, BiConsumer<Reader, List<byte[]>> write) {
    for (Reader reader : readers) {
      if (reader.hasBegun() && !forSome.containsKey(reader.user()))
        write.accept(reader, forAll);
    }
    if (forSome.isEmpty())
      return;
    for (Reader reader : readers) {
      UserId user = reader.user();
      if (!reader.hasBegun() || !forSome.containsKey(user))
        continue;
      List<byte[]> own = forSome.get(user);
      if (own == null) {
        own = without(user, event);
        forSome.put(user, own);
      }
      if (!own.isEmpty())
        write.accept(reader, own);
    }
  }
}
