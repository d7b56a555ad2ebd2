package dev.chorus.delivery.watch;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.delivery.room.Heads;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Repairs what fan-out has lost: tells every gateway the heads of the rooms that it watches here, read from PostgreSQL in one query, so that whatever anybody has committed
 * reaches every watcher. Rooms that this node no longer owns are said to have moved, once, and then forgotten.
 */
public final class Digest {
  private final Bus bus;
  private final Cluster cluster;
  private final Watchers<RoomId> watchers;
  private final Attendance attendance;
  private final Heads heads;
  /** Watchers that were no members in the last round. */
  private Set<NodeId> absent = Set.of();
  private boolean underWay;

  public Digest(Bus bus, Cluster cluster, Watchers<RoomId> watchers, Attendance attendance, Heads heads) {
    this.bus = bus;
    this.cluster = cluster;
    this.watchers = watchers;
    this.attendance = attendance;
    this.heads = heads;
  }

  /** One round; while one is under way another does nothing. */
  public Future<Void> round() {
    dropTheGone();
    if (underWay || watchers.gateways().isEmpty())
      return Future.succeededFuture();
    underWay = true;
    Set<RoomId> rooms = Set.copyOf(watchers.keys());
    return heads.of(rooms).onComplete(read -> underWay = false).onSuccess(read -> tell(rooms, read)).mapEmpty();
  }

  /** A gateway that is no member in two rounds has died. In one round it may be too new: its watch can be here before we hear that it has joined. */
  private void dropTheGone() {
    Set<NodeId> now = new HashSet<>(watchers.gateways());
    now.removeAll(cluster.members());
    Set<NodeId> kept = new HashSet<>(watchers.gateways());
    kept.removeIf(gateway -> now.contains(gateway) && absent.contains(gateway));
    watchers.retain(kept).forEach(attendance::gone);
    absent = now;
  }

  private void tell(Set<RoomId> rooms, Map<RoomId, Long> read) {
    for (NodeId gateway : List.copyOf(watchers.gateways())) {
      List<RoomHead> positions = new ArrayList<>();
      for (RoomId room : watchers.watchedBy(gateway)) {
        // Of a room that is watched only since the question, nothing is known here.
        if (rooms.contains(room))
          positions.add(new RoomHead(room, read.getOrDefault(room, 0L), !isOurs(room)));
      }
      if (!positions.isEmpty())
        bus.tell(Addresses.gateway(gateway), new RoomDigest(cluster.self(), positions));
    }
    for (RoomId room : rooms) {
      if (!isOurs(room)) {
        watchers.forget(room);
        attendance.forget(room);
      }
    }
  }

  private boolean isOurs(RoomId room) {
    return cluster.ring(Role.DELIVERY).owns(cluster.self(), room.value());
  }
}
