package dev.chorus.delivery.watch;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells watching gateways of new entries: whatever was committed within one turn of the event loop goes out as one message per gateway at its end. It is a hint; a gateway that
 * misses it learns of it by the next {@link Digest}.
 */
public final class Fanout {
  private final Vertx vertx;
  private final Bus bus;
  private final Watchers<RoomId> watchers;
  private final Map<RoomId, List<RoomEntries>> pending = new LinkedHashMap<>();
  private boolean scheduled;

  public Fanout(Vertx vertx, Bus bus, Watchers<RoomId> watchers) {
    this.vertx = vertx;
    this.bus = bus;
    this.watchers = watchers;
  }

  /** Whether anybody wants to hear of that room: if not, its entries need not be encoded. */
  public boolean isWatched(RoomId room) {
    return !watchers.of(room).isEmpty();
  }

  /** Entries of a room come in the order of their seqs. */
  public void add(RoomId room, long seq, byte[] envelope) {
    List<RoomEntries> runs = pending.computeIfAbsent(room, key -> new ArrayList<>(1));
    // Another node may have appended between two of ours: what follows a gap begins a run of its own.
    if (runs.isEmpty() || runs.getLast().last() != seq - 1)
      runs.add(new RoomEntries(room, seq - 1, new ArrayList<>(4)));
    runs.getLast().entries().add(envelope);
    if (!scheduled) {
      scheduled = true;
      vertx.runOnContext(turn -> flush());
    }
  }

  private void flush() {
    scheduled = false;
    Map<NodeId, List<RoomEntries>> byGateway = new HashMap<>();
    pending.forEach((room, runs) -> {
      for (NodeId gateway : watchers.of(room))
        byGateway.computeIfAbsent(gateway, key -> new ArrayList<>()).addAll(runs);
    });
    pending.clear();
    byGateway.forEach((gateway, rooms) -> bus.tell(Addresses.gateway(gateway), new RoomFanout(rooms)));
  }
}
