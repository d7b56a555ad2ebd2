package dev.chorus.gateway.watch;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Has the delivery owners send this gateway the entries of its rooms. A watch that failed is repeated until it holds; a room that moves is watched at its new owner; an owner
 * whose digest leaves a room out, or names one that is not watched any more, or does not come, is told again. On the gateway's context only.
 */
public final class LogWatch {
  /** Two digests missed. */
  private static final long SILENCE_MS = 11_000;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final Watched watched;
  private final OwnerBatches batches;
  /** Who was told of each wanted room; a room that nobody was told of yet has {@link #NOBODY}. */
  private final Map<RoomId, NodeId> told = new HashMap<>();
  /** What an owner is to forget: else it would go on to take those who were there for connected, whose messages neither wait nor are dropped. */
  private final Map<NodeId, Set<RoomId>> unwatched = new HashMap<>();
  private final Map<NodeId, Long> heard = new HashMap<>();
  private static final NodeId NOBODY = new NodeId("");
  /** Rooms of which their owner is to be told everything. */
  private final Set<RoomId> whole = new HashSet<>();
  /** Whose connections have changed in rooms that their owner knows of. */
  private final Map<RoomId, Set<UserId>> changed = new HashMap<>();

  /** What the gateway has of its rooms. */
  public interface Watched {
    /** What an owner is told of a room. */
    RoomWatch describe(RoomId room);

    /** How these users are in the room now. */
    List<UserChange> changes(RoomId room, Set<UserId> users);

    /** The log of the room goes up to {@code head}; from now on its owner sends what comes. */
    void head(RoomId room, long head);
  }

  public LogWatch(Vertx vertx, Tick tick, Cluster cluster, DeliveryClient delivery, Watched watched) {
    this.cluster = cluster;
    this.delivery = delivery;
    this.watched = watched;
    this.batches = new OwnerBatches(vertx, tick, () -> cluster.ring(Role.DELIVERY), this::send);
  }

  /** From now on, until {@link #unwatch}. The head is told when the owner knows. */
  public void watch(RoomId room) {
    told.put(room, NOBODY);
    tell(room);
  }

  /** The user has come into the room, has left it, or is in it in another way than before. */
  public void changed(RoomId room, UserId user) {
    if (!told.containsKey(room))
      return;
    changed.computeIfAbsent(room, r -> new LinkedHashSet<>()).add(user);
    batches.add(room);
  }

  private void tell(RoomId room) {
    whole.add(room);
    batches.add(room);
  }

  public void unwatch(RoomId room) {
    NodeId owner = told.remove(room);
    whole.remove(room);
    changed.remove(room);
    if (owner == null || owner.equals(NOBODY))
      return;
    unwatched(owner, room);
    batches.add(room);
  }

  private void unwatched(NodeId owner, RoomId room) {
    unwatched.computeIfAbsent(owner, node -> new LinkedHashSet<>()).add(room);
  }

  /** Rooms that have moved are watched at their new owners. */
  public void ringChanged() {
    Ring ring = cluster.ring(Role.DELIVERY);
    told.forEach((room, owner) -> {
      if (!owner.equals(NOBODY) && !ring.owner(room.value()).equals(Optional.of(owner)))
        tell(room);
    });
    heard.keySet().retainAll(ring.nodes());
    unwatched.keySet().retainAll(cluster.members());
  }

  public void digest(RoomDigest digest, long now) {
    heard.put(digest.owner(), now);
    Set<RoomId> named = new HashSet<>();
    for (RoomHead head : digest.heads()) {
      if (head.moved())
        continue;
      named.add(head.room());
      if (told.containsKey(head.room())) {
        watched.head(head.room(), head.head());
      } else {
        unwatched(digest.owner(), head.room());
        batches.add(head.room());
      }
    }
    told.forEach((room, owner) -> {
      if (owner.equals(digest.owner()) && !named.contains(room))
        tell(room);
    });
  }

  /** Every few seconds: owners that should have sent a digest and did not are told again; they may have forgotten this gateway. */
  public void remindSilent(long now) {
    told.forEach((room, owner) -> {
      if (!owner.equals(NOBODY) && now - heard.computeIfAbsent(owner, node -> now) > SILENCE_MS)
        tell(room);
    });
    heard.values().removeIf(at -> now - at > SILENCE_MS);
  }

  private void send(NodeId owner, List<RoomId> rooms) {
    List<RoomWatch> watch = new ArrayList<>(rooms.size());
    List<UserChange> changes = new ArrayList<>();
    for (RoomId room : rooms) {
      NodeId before = told.get(room);
      Set<UserId> users = changed.remove(room);
      if (before == null)
        continue;
      if (whole.remove(room) || !before.equals(owner)) {
        told.put(room, owner);
        watch.add(watched.describe(room));
      } else if (users != null) {
        changes.addAll(watched.changes(room, users));
      }
    }
    List<RoomId> unwatch = Optional.ofNullable(unwatched.remove(owner)).orElse(Set.of()).stream().filter(room -> !told.containsKey(room))
        .toList();
    if (watch.isEmpty() && changes.isEmpty() && unwatch.isEmpty()) {
      batches.done(owner);
      return;
    }
    delivery.watch(owner, new WatchRooms(cluster.self(), watch, unwatch, changes)).onComplete(result -> {
      batches.done(owner);
      if (result.succeeded())
        answered(owner, result.result());
      else
        failed(owner, rooms, unwatch);
    });
  }

  private void failed(NodeId owner, List<RoomId> rooms, List<RoomId> unwatch) {
    again(owner, rooms);
    if (!cluster.members().contains(owner))
      return;
    unwatch.forEach(room -> unwatched(owner, room));
    batches.addLater(unwatch);
  }

  private void answered(NodeId owner, WatchedRooms answer) {
    List<RoomId> moved = new ArrayList<>();
    for (RoomHead head : answer.heads()) {
      if (head.moved())
        moved.add(head.room());
      else if (told.containsKey(head.room()))
        watched.head(head.room(), head.head());
    }
    again(owner, moved);
  }

  private void again(NodeId owner, List<RoomId> rooms) {
    List<RoomId> ours = rooms.stream().filter(room -> owner.equals(told.get(room))).toList();
    whole.addAll(ours);
    batches.addLater(ours);
  }
}
