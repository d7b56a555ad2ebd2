package dev.chorus.gateway.stream;

import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Those who are on their way to a stream of a room. Whose membership ends meanwhile is not yet among its readers, and would become one after they were judged: they do not
 * arrive. On the gateway's context only.
 */
final class Arrivals {
  private final Set<Arrival> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

  /** One of them, until they read. */
  static final class Arrival {
    private final RoomId room;
    private final UserId viewer;
    private Problem barred;

    private Arrival(RoomId room, UserId viewer) {
      this.room = room;
      this.viewer = viewer;
    }

    /** Who reads as a member of the stream's room; null for those who need not be one. */
    UserId viewer() {
      return viewer;
    }

    /** Why they may not read any more, or null. */
    Problem barred() {
      return barred;
    }
  }

  /** @param room the stream's, or null */
  Arrival begin(RoomId room, Principal caller) {
    if (room == null || caller.admin())
      return new Arrival(room, null);
    Arrival arrival = new Arrival(room, caller.user());
    underWay.add(arrival);
    return arrival;
  }

  void end(Arrival arrival) {
    underWay.remove(arrival);
  }

  void bar(RoomId room, UserId user, Problem why) {
    for (Arrival arrival : underWay) {
      if (arrival.room.equals(room) && arrival.viewer.equals(user))
        arrival.barred = why;
    }
  }
}
