package dev.chorus.gateway.room;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Joins under way. Whose membership ends while they are on their way in is not yet among the room's readers, and would be let in though they are no member any more: their
 * entrance is barred. On the gateway's context only.
 */
final class Entrances {
  private final Set<Entrance> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

  /** One join, until it has come to its end. */
  static final class Entrance {
    private final RoomId room;
    private final UserId user;
    private boolean barred;

    private Entrance(RoomId room, UserId user) {
      this.room = room;
      this.user = user;
    }

    boolean isBarred() {
      return barred;
    }
  }

  Entrance begin(RoomId room, UserId user) {
    Entrance entrance = new Entrance(room, user);
    underWay.add(entrance);
    return entrance;
  }

  void end(Entrance entrance) {
    underWay.remove(entrance);
  }

  /** The user is no member of the room any more. */
  void bar(RoomId room, UserId user) {
    for (Entrance entrance : underWay) {
      if (entrance.room.equals(room) && entrance.user.equals(user))
        entrance.barred = true;
    }
  }
}
