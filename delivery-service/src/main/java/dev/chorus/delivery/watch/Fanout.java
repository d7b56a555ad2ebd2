package dev.chorus.delivery.watch;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.ReceiptFanout;
import dev.chorus.bus.GatewayMessage.Redelivery;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.bus.GatewayMessage.RoomNotice;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Tells watching gateways of new entries and of what else a room hears: whatever came up within one turn of the event loop goes out as one message per gateway and kind at its
 * end. It is a hint; a gateway that misses an entry learns of it by the next {@link Digest}.
 */
public final class Fanout {
  private static final int USER_NOTICES = 500;
  private final Vertx vertx;
  private final Bus bus;
  private final Cluster cluster;
  private final Watchers<RoomId> watchers;
  private final Map<RoomId, List<RoomEntries>> entries = new LinkedHashMap<>();
  private final List<RoomNotice> notices = new ArrayList<>();
  private final List<RoomEphemeral> receipts = new ArrayList<>();
  private boolean scheduled;

  public Fanout(Vertx vertx, Bus bus, Cluster cluster, Watchers<RoomId> watchers) {
    this.vertx = vertx;
    this.bus = bus;
    this.cluster = cluster;
    this.watchers = watchers;
  }

  /** Whether anybody wants to hear of that room: if not, its entries need not be encoded. */
  public boolean isWatched(RoomId room) {
    return !watchers.of(room).isEmpty();
  }

  /** Entries of a room come in the order of their seqs. */
  public void add(RoomId room, long seq, byte[] envelope) {
    List<RoomEntries> runs = entries.computeIfAbsent(room, key -> new ArrayList<>(1));
    // Another node may have appended between two of ours: what follows a gap begins a run of its own.
    if (runs.isEmpty() || runs.getLast().last() != seq - 1)
      runs.add(new RoomEntries(room, seq - 1, new ArrayList<>(4)));
    runs.getLast().entries().add(envelope);
    schedule();
  }

  /** What everybody in the room gets without a place in its log. */
  public void notice(RoomId room, byte[] envelope) {
    notices.add(new RoomNotice(room, envelope));
    schedule();
  }

  public void receipt(RoomEphemeral receipt) {
    receipts.add(receipt);
    schedule();
  }

  /** Once more, to one gateway. */
  public void redeliver(NodeId gateway, List<Redelivery> redeliveries) {
    bus.tell(Addresses.gateway(gateway), new RedeliveryFanout(redeliveries));
  }

  /** To all connections of these users, wherever they are. */
  public void users(List<UserNotice> all) {
    for (int from = 0; from < all.size(); from += USER_NOTICES) {
      List<UserNotice> part = List.copyOf(all.subList(from, Math.min(all.size(), from + USER_NOTICES)));
      everywhere(new UserFanout(part));
    }
  }

  /** To every gateway, also one that drains. */
  public void everywhere(GatewayMessage message) {
    Set<NodeId> gateways = new LinkedHashSet<>(cluster.ring(Role.GATEWAY).nodes());
    gateways.addAll(watchers.gateways());
    gateways.forEach(gateway -> bus.tell(Addresses.gateway(gateway), message));
  }

  private void schedule() {
    if (scheduled)
      return;
    scheduled = true;
    vertx.runOnContext(turn -> flush());
  }

  private void flush() {
    scheduled = false;
    Map<NodeId, List<RoomEntries>> byGateway = new HashMap<>();
    entries.forEach((room, runs) -> {
      for (NodeId gateway : watchers.of(room))
        byGateway.computeIfAbsent(gateway, key -> new ArrayList<>()).addAll(runs);
    });
    entries.clear();
    byGateway.forEach((gateway, rooms) -> bus.tell(Addresses.gateway(gateway), new RoomFanout(rooms)));
    tell(receipts, RoomEphemeral::room, ReceiptFanout::new);
    tell(notices, RoomNotice::room, NoticeFanout::new);
  }

  private <T> void tell(List<T> pending, Function<T, RoomId> room, Function<List<T>, GatewayMessage> message) {
    if (pending.isEmpty())
      return;
    Map<NodeId, List<T>> byGateway = new HashMap<>();
    for (T one : pending) {
      for (NodeId gateway : watchers.of(room.apply(one)))
        byGateway.computeIfAbsent(gateway, key -> new ArrayList<>()).add(one);
    }
    pending.clear();
    byGateway.forEach((gateway, list) -> bus.tell(Addresses.gateway(gateway), message.apply(list)));
  }
}
