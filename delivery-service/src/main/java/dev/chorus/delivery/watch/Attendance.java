package dev.chorus.delivery.watch;

import dev.chorus.bus.DeliveryMessage.Connected;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who is connected to which room of this owner, by which gateways, and whether they ack. In memory: gateways say it again to the next owner. Pure. */
public final class Attendance {
  /** Per room and user the gateways, each with whether a connection there acks. */
  private final Map<RoomId, Map<UserId, Map<NodeId, Boolean>>> rooms = new HashMap<>();
  private final Listener listener;

  /** Hears when somebody begins or ends to ack in a room. */
  public interface Listener {
    void acking(RoomId room, UserId user);

    void notAcking(RoomId room, UserId user);
  }

  public Attendance(Listener listener) {
    this.listener = listener;
  }

  /** All who are connected to the room on that gateway. */
  public void replace(RoomId room, NodeId gateway, List<Connected> users) {
    Set<UserId> gone = new HashSet<>();
    rooms.getOrDefault(room, Map.of()).forEach((user, gateways) -> {
      if (gateways.containsKey(gateway))
        gone.add(user);
    });
    for (Connected one : users) {
      gone.remove(one.user());
      set(room, one.user(), gateway, one.acks());
    }
    gone.forEach(user -> set(room, user, gateway, null));
  }

  public void change(NodeId gateway, UserChange change) {
    set(change.room(), change.user(), gateway, change.present() ? Boolean.valueOf(change.acks()) : null);
  }

  /** The gateway has nobody in that room any more. */
  public void leave(RoomId room, NodeId gateway) {
    replace(room, gateway, List.of());
  }

  /** The gateway is no more. */
  public void gone(NodeId gateway) {
    List.copyOf(rooms.keySet()).forEach(room -> leave(room, gateway));
  }

  /** The room is no longer ours. */
  public void forget(RoomId room) {
    Map<UserId, Map<NodeId, Boolean>> users = rooms.remove(room);
    if (users != null)
      users.forEach((user, gateways) -> {
        if (gateways.containsValue(true))
          listener.notAcking(room, user);
      });
  }

  public boolean isConnected(RoomId room, UserId user) {
    return rooms.getOrDefault(room, Map.of()).containsKey(user);
  }

  /** The gateways on which the user has a connection in the room that acks. */
  public List<NodeId> acking(RoomId room, UserId user) {
    List<NodeId> acking = new ArrayList<>(1);
    rooms.getOrDefault(room, Map.of()).getOrDefault(user, Map.of()).forEach((gateway, acks) -> {
      if (acks)
        acking.add(gateway);
    });
    return acking;
  }

  /** @param acks null: no connection there */
  private void set(RoomId room, UserId user, NodeId gateway, Boolean acks) {
    Map<UserId, Map<NodeId, Boolean>> users = rooms.computeIfAbsent(room, key -> new HashMap<>());
    Map<NodeId, Boolean> gateways = users.computeIfAbsent(user, key -> new HashMap<>(2));
    boolean before = gateways.containsValue(true);
    if (acks == null)
      gateways.remove(gateway);
    else
      gateways.put(gateway, acks);
    boolean after = gateways.containsValue(true);
    if (gateways.isEmpty())
      users.remove(user);
    if (users.isEmpty())
      rooms.remove(room);
    if (after && !before)
      listener.acking(room, user);
    else if (before && !after)
      listener.notAcking(room, user);
  }
}
