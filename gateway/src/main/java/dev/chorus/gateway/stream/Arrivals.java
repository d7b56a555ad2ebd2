package dev.chorus.gateway.stream;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Those who are on their way into a room, or to a stream of it. Whose membership ends meanwhile is not yet among its readers, and would become one after they were judged: they do
 * not arrive. On the gateway's context only.
 */
public final class Arrivals {
  private final Set<Arrival> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

  /** One of them, until they read. */
  public static final class Arrival {
    private final RoomId room;
    private final UserId member;
    private boolean barred;

    private Arrival(RoomId room, UserId member) {
      this.room = room;
      this.member = member;
    }

    /** Who reads as a member of the room; null for those who need not be one. */
    UserId member() {
      return member;
    }

    /** Whether they may not read any more. */
    public boolean isBarred() {
      return barred;
    }
  }

  /** @param member null: they need not be one */
  public Arrival begin(RoomId room, UserId member) {
    Arrival arrival = new Arrival(room, member);
    if (member != null)
      underWay.add(arrival);
    return arrival;
  }

  public void end(Arrival arrival) {
    underWay.remove(arrival);
  }

  /** The user is no member of the room any more. */
  public void bar(RoomId room, UserId user) {
    for (Arrival arrival : underWay) {
      if (arrival.room.equals(room) && arrival.member.equals(user))
        arrival.barred = true;
    }
  }
}
