package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Connected;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.ReceiptFanout;
import dev.chorus.bus.GatewayMessage.Redelivery;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.bus.GatewayMessage.RoomNotice;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.gateway.stream.RoomStreams;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.gateway.watch.LogWatch;
import dev.chorus.gateway.watch.RosterWatch;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All rooms in which this gateway has somebody. A room is watched from the first join until a while after the last one left. On the gateway's context only.
 */
public final class Rooms implements LogWatch.Watched, RosterWatch.Present, RoomStreams {
  private static final long LINGER_MS = 5_000;
  private final Tick tick;
  private final Clock clock;
  private final RoomLog log;
  private final Map<RoomId, Room> rooms = new HashMap<>();
  private LogWatch logWatch;
  private RosterWatch rosterWatch;
  private Hints hints;
  private Consumer<RoomId> closed;

  public Rooms(Vertx vertx, Tick tick, DeliveryClient delivery, Clock clock) {
    this.tick = tick;
    this.clock = clock;
    this.log = new RoomLog(vertx, delivery);
  }

  /**
   * Connects the rooms with those who tell their owners, which ask back.
   *
   * @param closed hears of rooms that nobody is in any more
   */
  public void connect(LogWatch logWatch, RosterWatch rosterWatch, Hints hints, Consumer<RoomId> closed) {
    this.logWatch = logWatch;
    this.rosterWatch = rosterWatch;
    this.hints = hints;
    this.closed = closed;
  }

  /** The room, watched, and not given up before {@link Room#release}. */
  Room hold(RoomId id) {
    Room room = rooms.get(id);
    if (room == null) {
      room = new Room(id, tick, log);
      rooms.put(id, room);
      logWatch.watch(id);
    }
    room.hold();
    return room;
  }

  Reader reader(Room room, Occupant occupant) {
    return new Reader(room, occupant, log);
  }

  RoomLog log() {
    return log;
  }

  RosterWatch roster() {
    return rosterWatch;
  }

  /** A connection is in the room, or in it in another way. */
  void entered(Reader reader) {
    logWatch.changed(reader.room.id, reader.user());
  }

  /** @param clean on purpose, so that others are told at once */
  public void leave(Reader reader, boolean clean) {
    reader.endDrain();
    if (reader.index < 0)
      return;
    reader.room.remove(reader, clock.millis());
    logWatch.changed(reader.room.id, reader.user());
    rosterWatch.left(reader.room.id, new Gone(reader.occupant.connection(), reader.user(), clean));
  }

  /** What others see of that connection has changed. */
  public void changed(Reader reader) {
    rosterWatch.changed(reader.room.id, reader.here());
  }

  public void fanOut(RoomFanout fanout) {
    for (RoomEntries entries : fanout.rooms()) {
      Room room = rooms.get(entries.room());
      if (room != null)
        room.fanOut(entries.prev(), entries.entries());
    }
  }

  /** Events with a version come from whoever owns the room now: one that hung and woke up would show what is no longer so. */
  public void ephemeral(EphemeralFanout fanout) {
    for (RoomEphemeral event : fanout.events()) {
      Room room = rooms.get(event.room());
      if (room != null && rosterWatch.hears(event.room(), fanout.owner()) && !room.ephemeral(event))
        rosterWatch.inFull(event.room());
    }
  }

  public void receipts(ReceiptFanout fanout) {
    for (RoomEphemeral event : fanout.rooms())
      inRoom(event.room(), room -> room.receipts(event));
  }

  public void notices(NoticeFanout fanout) {
    for (RoomNotice notice : fanout.notices())
      inRoom(notice.room(), room -> room.notice(notice.envelope()));
  }

  public void redeliveries(RedeliveryFanout fanout) {
    for (Redelivery again : fanout.redeliveries())
      inRoom(again.room(), room -> room.redeliver(again.user(), again.envelope()));
  }

  private void inRoom(RoomId id, Consumer<Room> what) {
    Room room = rooms.get(id);
    if (room != null)
      what.accept(room);
  }

  /** The last entry of the room's log that this gateway knows of, or -1 if it does not watch the room. */
  public long position(RoomId id) {
    Room room = rooms.get(id);
    return room == null ? -1 : room.position();
  }

  /** An event of another program's for everybody in the room. */
  public void published(RoomId id, byte[] envelope) {
    Room room = rooms.get(id);
    if (room == null)
      return;
    List<byte[]> shared = List.of(envelope);
    room.readers().stream().filter(Reader::hasBegun).forEach(reader -> reader.socket().shareEphemeral(shared));
  }

  /** Every second: rooms that nobody came back to are given up. */
  public void sweep(long now) {
    List<Room> abandoned = rooms.values().stream().filter(room -> room.isAbandoned(now, LINGER_MS)).toList();
    for (Room room : abandoned) {
      rooms.remove(room.id);
      logWatch.unwatch(room.id);
      closed.accept(room.id);
    }
  }

  /** How many rooms this gateway watches. */
  public int count() {
    return rooms.size();
  }

  @Override
  public RoomWatch describe(RoomId id) {
    Room room = rooms.get(id);
    if (room == null)
      return new RoomWatch(id, -1, List.of());
    return new RoomWatch(id, room.position(),
        room.connected(user -> true).entrySet().stream().map(user -> new Connected(user.getKey(), user.getValue())).toList());
  }

  @Override
  public List<UserChange> changes(RoomId id, Set<UserId> users) {
    Room room = rooms.get(id);
    Map<UserId, Boolean> connected = room == null ? Map.of() : room.connected(users::contains);
    return users.stream().map(user -> new UserChange(id, user, connected.containsKey(user), connected.getOrDefault(user, false))).toList();
  }

  @Override
  public void head(RoomId id, long head) {
    Room room = rooms.get(id);
    if (room != null)
      room.head(head);
  }

  @Override
  public List<Here> here(RoomId id) {
    Room room = rooms.get(id);
    return room == null ? List.of() : room.here();
  }

  @Override
  public long shownVersion(RoomId id) {
    Room room = rooms.get(id);
    return room == null ? 0 : room.roster.version();
  }

  @Override
  public List<Presence> shown(RoomId id) {
    Room room = rooms.get(id);
    return room == null ? List.of() : room.roster.people();
  }

  /** One that comes when everybody has left again is of no use: those whom it names would be taken for people who are shown here, and told to the next owner as such. */
  @Override
  public void snapshot(RoomRoster roster) {
    Room room = rooms.get(roster.room());
    if (room != null && room.isOccupied())
      room.reconcile(roster);
  }

  @Override
  public void cameOver(RoomId id) {
    Room room = rooms.get(id);
    if (room != null)
      room.readers().forEach(reader -> reader.activity().ifPresent(hints::add));
  }

  @Override
  public long hash(RoomId id) {
    return rooms.get(id).hash();
  }

  @Override
  public boolean isOccupied(RoomId id) {
    Room room = rooms.get(id);
    return room != null && room.isOccupied();
  }

  @Override
  public List<StreamReader> readers(RoomId id, Event.StreamOpen open) {
    Room room = rooms.get(id);
    return room == null
        ? List.of()
        : room.readers().stream().filter(Reader::hasBegun).flatMap(reader -> reader.occupant.streamReader(open.streamId()).stream())
            .toList();
  }
}
