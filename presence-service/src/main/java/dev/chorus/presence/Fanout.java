package dev.chorus.presence;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.presence.room.Outlet;
import io.vertx.core.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what goes to each gateway within a tick into one message. When nothing went out lately a tick is one turn of the event loop, else 5 ms. */
final class Fanout implements Outlet {
  private static final long BUSY_TICK_MS = 5;
  private static final int MAX_EVENTS_PER_MESSAGE = 256;

  /** An event that grows while more of its kind come. */
  private record Batch(RoomEphemeral event, List<Item> items) {
    RoomEphemeral whole() {
      return new RoomEphemeral(event.room(), event.type(), event.list(), items, event.version(), event.prev(), event.echo());
    }
  }

  /** What waits for one gateway, and the last event of each room in it. */
  private record Waiting(List<Batch> batches, Map<RoomId, Batch> lastOfRoom) {}

  private final Context context;
  private final Bus bus;
  private final Clock clock;
  private final Meters meters;
  private final NodeId self;
  private final Map<NodeId, Waiting> waiting = new LinkedHashMap<>();
  private boolean scheduled;
  private long lastFlush;

  Fanout(Context context, Bus bus, NodeId self, Clock clock, Meters meters) {
    this.context = context;
    this.bus = bus;
    this.self = self;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public void send(RoomEphemeral event, Collection<NodeId> gateways) {
    if (gateways.isEmpty())
      return;
    for (NodeId gateway : gateways)
      add(waiting.computeIfAbsent(gateway, key -> new Waiting(new ArrayList<>(), new HashMap<>())), event);
    if (scheduled)
      return;
    scheduled = true;
    long rest = lastFlush + BUSY_TICK_MS - clock.millis();
    if (rest <= 0 || rest > BUSY_TICK_MS)
      context.runOnContext(turn -> tick());
    else
      context.owner().setTimer(rest, timer -> tick());
  }

  private void tick() {
    scheduled = false;
    flush();
  }

  /** Events without a version join the last one of their room when it is of their type; those with one stay as they are. */
  private static void add(Waiting gateway, RoomEphemeral event) {
    Batch last = gateway.lastOfRoom.get(event.room());
    if (last != null && event.version() == null && last.event.type().equals(event.type())) {
      last.items.addAll(event.items());
      return;
    }
    Batch batch = new Batch(event, new ArrayList<>(event.items()));
    gateway.batches.add(batch);
    gateway.lastOfRoom.put(event.room(), batch);
  }

  /** Sends what waits now, without waiting for the end of the tick. */
  void flush() {
    if (waiting.isEmpty())
      return;
    lastFlush = clock.millis();
    waiting.forEach((gateway, events) -> {
      List<RoomEphemeral> all = events.batches.stream().map(Batch::whole).toList();
      for (int from = 0; from < all.size(); from += MAX_EVENTS_PER_MESSAGE) {
        List<RoomEphemeral> part = all.subList(from, Math.min(all.size(), from + MAX_EVENTS_PER_MESSAGE));
        meters.sent(part.size(), bus.tell(Addresses.gateway(gateway), new EphemeralFanout(self, part)));
      }
    });
    waiting.clear();
  }
}
