package dev.chorus.delivery.watch;

import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.cluster.Watchers;
import dev.chorus.delivery.room.Heads;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Predicate;

/** What gateways tell of themselves: which rooms they watch, and whom they have there. */
public final class Watching {
  private final Watchers<RoomId> watchers;
  private final Attendance attendance;
  private final Heads heads;

  public Watching(Watchers<RoomId> watchers, Attendance attendance, Heads heads) {
    this.watchers = watchers;
    this.attendance = attendance;
    this.heads = heads;
  }

  /** Registers first and reads the heads then: what is committed in between is fanned out already. */
  public Future<WatchedRooms> watch(WatchRooms request, Predicate<RoomId> ours) {
    for (RoomId room : request.unwatch()) {
      watchers.unwatch(request.gateway(), room);
      attendance.leave(room, request.gateway());
    }
    for (RoomWatch watch : request.watch()) {
      if (!ours.test(watch.room()))
        continue;
      watchers.watch(request.gateway(), watch.room());
      attendance.replace(watch.room(), request.gateway(), watch.users());
    }
    changes(request);
    List<RoomId> rooms = request.watch().stream().map(RoomWatch::room).toList();
    return heads.of(rooms.stream().filter(ours).toList()).map(read -> new WatchedRooms(
        rooms.stream().map(room -> new RoomHead(room, read.getOrDefault(room, 0L), !ours.test(room))).toList()));
  }

  private void changes(WatchRooms request) {
    if (request.changes() == null)
      return;
    for (UserChange change : request.changes()) {
      if (watchers.of(change.room()).contains(request.gateway()))
        attendance.change(request.gateway(), change);
    }
  }

  public boolean isConnected(RoomId room, UserId user) {
    return attendance.isConnected(room, user);
  }
}
