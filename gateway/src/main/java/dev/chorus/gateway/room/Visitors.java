package dev.chorus.gateway.room;

import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.Principal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.PresenceUpdate;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Users who are in rooms without a socket ({@code POST /api/rooms/{room}/presence}): each counts as a connection of this gateway for {@value #LEASE_MS} ms from what it last
 * said, or until it says OFFLINE. At most {@value #MAX} of them. On the gateway's context only.
 */
public final class Visitors {
  static final long LEASE_MS = 75_000;
  private static final int MAX = 10_000;
  private final Rooms rooms;
  private final NodeId self;
  private final Clock clock;
  private final Map<Place, Room> places = new HashMap<>();
  private long made;

  private record Place(RoomId room, UserId user) {}

  public Visitors(Rooms rooms, NodeId self, Clock clock) {
    this.rooms = rooms;
    this.self = self;
    this.clock = clock;
  }

  /** Takes in what the user says of themselves in that room. False when there are too many. */
  public boolean says(Principal who, PresenceUpdate frame) {
    Place place = new Place(frame.room(), who.user());
    if (frame.status() == Presence.Status.OFFLINE) {
      removed(frame.room(), who.user());
      return true;
    }
    if (places.size() >= MAX && !places.containsKey(place))
      return false;
    Room room = places.computeIfAbsent(place, p -> rooms.hold(p.room()));
    Visitor visitor = room.visitors.computeIfAbsent(who.user(), user -> new Visitor("http-" + self + "-" + ++made));
    visitor.says(who, frame, clock.millis(), LEASE_MS);
    rooms.roster().changed(frame.room(), visitor.here());
    return true;
  }

  /** The user is no member of the room any more. */
  public void removed(RoomId id, UserId user) {
    Room left = places.remove(new Place(id, user));
    if (left != null)
      leave(left, user);
  }

  /** Every second: those who have said nothing for too long leave. */
  public void sweep(long now) {
    for (Iterator<Map.Entry<Place, Room>> entries = places.entrySet().iterator(); entries.hasNext();) {
      Map.Entry<Place, Room> entry = entries.next();
      if (entry.getValue().visitors.get(entry.getKey().user()).isOver(now)) {
        entries.remove();
        leave(entry.getValue(), entry.getKey().user());
      }
    }
  }

  private void leave(Room room, UserId user) {
    Visitor visitor = room.visitors.remove(user);
    room.release(clock.millis());
    if (!room.isOccupied())
      room.roster.forget();
    rooms.roster().left(room.id, new Gone(visitor.connection, user, true));
  }
}
