package dev.chorus.presence.room;

import dev.chorus.bus.PresenceMessage;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.bus.PresenceMessage.TypingNow;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.lastseen.LastSeen;
import dev.chorus.presence.roster.Grace;
import dev.chorus.presence.roster.Input;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All rooms of one owner. It keeps a room as long as a gateway watches it and the ring says that it is ours; what it forgets costs nothing, and nobody is shown anything of it.
 * Confined to one thread.
 */
public final class Rooms {
  private static final int MAX_PAGE = 500;
  private final Cluster cluster;
  private final Grace grace;
  private final LastSeen lastSeen;
  private final Outlet outlet;
  private final Map<RoomId, Room> rooms = new HashMap<>();
  private final Watchers<RoomId> watchers = new Watchers<>();
  private final Arrivals arrivals;
  private final Agenda<RoomId> agenda = new Agenda<>(RoomId::compareTo);

  public Rooms(Cluster cluster, Grace grace, LastSeen lastSeen, Outlet outlet) {
    this.cluster = cluster;
    this.grace = grace;
    this.lastSeen = lastSeen;
    this.outlet = outlet;
    this.arrivals = new Arrivals(cluster, grace.leaveMs());
  }

  /** Whether the ring gives that room to this node. */
  public boolean owns(RoomId room) {
    return cluster.ring(Role.PRESENCE).owns(cluster.self(), room.value());
  }

  /** What a gateway says of its rooms. Returns when it is to be answered: at once, or when the others have been told of it. */
  public long announce(Announce request, long now) {
    long ready = now;
    for (RoomPresence presence : request.rooms()) {
      if (!owns(presence.room()) || isStranger(request.gateway(), presence))
        continue;
      Set<UserId> parted = arrivals.heard(presence.room(), presence.gone(), now);
      if (presence.watching())
        ready = Math.max(ready, watched(request.gateway(), presence, parted, now));
      else
        unwatched(request.gateway(), presence, parted, now);
    }
    return ready;
  }

  /** A gateway has told everything. When all have, nobody else will claim whom we know by hearsay only. False when it goes by another ring. */
  public boolean cameOver(CameOver request, long now) {
    if (!arrivals.arrives(request.gateway(), request.ring()))
      return false;
    endHearsay(now);
    return true;
  }

  private void endHearsay(long now) {
    if (!arrivals.areComplete())
      return;
    List.copyOf(rooms.keySet()).forEach(id -> in(id, room -> room.on(new Input.AllTold(arrivals.parted(id, now)), now)));
    arrivals.done();
  }

  /** A gateway that takes for granted what it has told is told that it is not: whom we do not know of must say everything. */
  private boolean isStranger(NodeId gateway, RoomPresence presence) {
    return presence.watching() && !presence.full() && !watchers.of(presence.room()).contains(gateway);
  }

  /** A snapshot of each room that the gateway watches, and {@code moved} for each that is not ours, or in which we do not know the gateway: it says everything then. */
  public List<RoomRoster> answer(Announce request, long now) {
    List<RoomRoster> answer = new ArrayList<>();
    for (RoomPresence presence : request.rooms()) {
      if (!owns(presence.room()) || (presence.watching() && !watchers.of(presence.room()).contains(request.gateway()))) {
        answer.add(new RoomRoster(presence.room(), 0, List.of(), true));
      } else if (presence.watching()) {
        Room room = rooms.get(presence.room());
        answer.add(room.snapshot(now));
        agenda.set(presence.room(), room.nextTick());
      }
    }
    return answer;
  }

  private long watched(NodeId gateway, RoomPresence presence, Set<UserId> parted, long now) {
    RoomId id = presence.room();
    Room room = rooms.computeIfAbsent(id, key -> new Room(id, grace, lastSeen, now, event -> outlet.send(event, watchers.of(id))));
    boolean comesOver = presence.full() && room.isBeingRebuilt(now) && !watchers.of(id).contains(gateway);
    room.shown(presence.shownVersion(), now);
    watchers.watch(gateway, id);
    room.on(input(gateway, presence, comesOver && presence.shown() != null ? presence.shown() : List.of()), now);
    end(parted, room, now);
    agenda.set(id, room.nextTick());
    long news = room.newsDue();
    return news == Agenda.NEVER ? now : news;
  }

  /** Whoever is still known there by hearsay has left, too. */
  private static void end(Set<UserId> parted, Room room, long now) {
    if (!parted.isEmpty())
      room.on(new Input.AllTold(parted), now);
  }

  private void unwatched(NodeId gateway, RoomPresence presence, Set<UserId> parted, long now) {
    watchers.unwatch(gateway, presence.room());
    Room room = rooms.get(presence.room());
    if (room == null)
      return;
    room.on(input(gateway, presence, List.of()), now);
    room.on(new Input.GatewayLost(gateway), now);
    end(parted, room, now);
    kept(presence.room(), room);
  }

  private static Input input(NodeId gateway, RoomPresence presence, List<Presence> shown) {
    return new Input.Announced(gateway, presence.full(), presence.here(), presence.gone(), shown);
  }

  /** Forgets a room that nobody watches any more, or sets when it is due. */
  private void kept(RoomId id, Room room) {
    if (watchers.of(id).isEmpty())
      forget(id);
    else
      agenda.set(id, room.nextTick());
  }

  private void forget(RoomId id) {
    Room room = rooms.remove(id);
    if (room != null)
      watchers.forget(id);
    agenda.set(id, Agenda.NEVER);
  }

  public void typing(List<Typing> changes, long now) {
    changes.forEach(change -> in(change.room(), room -> room.typing(change, now)));
  }

  public void cursors(List<CursorMove> moves, long now) {
    moves.forEach(move -> in(move.room(), room -> room.cursor(move, now)));
  }

  public void activities(List<ActivityChange> changes, long now) {
    changes.forEach(change -> in(change.room(), room -> room.activity(change, now)));
  }

  public void answering(Answering request, long now) {
    for (Generation generation : request.ended())
      in(generation.room(), room -> room.answered(generation, now));
    if (!cluster.members().contains(request.node()))
      return;
    for (Generation generation : request.running())
      in(generation.room(), room -> room.answering(request.node(), generation, now));
  }

  /** What happens in rooms that are not here is nothing to anybody. */
  private void in(RoomId id, Consumer<Room> what) {
    Room room = rooms.get(id);
    if (room == null || !owns(id))
      return;
    what.accept(room);
    agenda.set(id, room.nextTick());
  }

  /** These users have chosen who may know when they were last seen. */
  public void chose(Set<UserId> users, long now) {
    if (!users.isEmpty())
      List.copyOf(rooms.keySet()).forEach(id -> in(id, room -> room.chose(users, now)));
  }

  /** A page of those who are in the room, by user, or those of the named users who are. */
  public PresenceMessage.Roster participants(ListParticipants request, long now) {
    Room room = rooms.get(request.room());
    if (room == null)
      return new PresenceMessage.Roster(0, List.of(), null, 0);
    if (request.users() != null) {
      List<Presence> named = request.users().stream().limit(MAX_PAGE).map(user -> room.presence(user, now)).flatMap(Optional::stream)
          .toList();
      return new PresenceMessage.Roster(room.version(), named, null, room.size());
    }
    int limit = request.limit() < 1 ? MAX_PAGE : Math.min(request.limit(), MAX_PAGE);
    UserId after = request.cursor() == null ? null : new UserId(request.cursor());
    List<Presence> page = room.participants(after, now).limit(limit + 1L).toList();
    boolean more = page.size() > limit;
    return new PresenceMessage.Roster(room.version(), more ? page.subList(0, limit) : page,
        more ? page.get(limit - 1).user().value() : null, room.size());
  }

  /** Who types in that room. */
  public TypingNow typists(RoomId id, long now) {
    Room room = rooms.get(id);
    return new TypingNow(room == null ? List.of() : room.keyboards().all(now));
  }

  /** The rooms in which we have something else of that gateway than it has itself, or it shows less than we told, or that we do not own or know. */
  public List<RoomId> mismatched(Digest digest, long now) {
    return digest.rooms().stream().filter(said -> !agrees(digest.gateway(), said, now)).map(RoomDigest::room).toList();
  }

  private boolean agrees(NodeId gateway, RoomDigest said, long now) {
    return Optional.ofNullable(rooms.get(said.room())).filter(room -> owns(said.room()) && watchers.of(said.room()).contains(gateway))
        .filter(room -> room.agrees(gateway, said.hash(), said.shownVersion(), now)).isPresent();
  }

  /** Members or rings have changed: connections of gateways that died are broken, answers of nodes that died are over, rooms that moved are forgotten, without a word to anybody. */
  public void clusterChanged(long now) {
    arrivals.clusterChanged(now);
    List.copyOf(rooms.keySet()).stream().filter(id -> !owns(id)).forEach(this::forget);
    Set<NodeId> members = cluster.members();
    for (NodeId gateway : List.copyOf(watchers.gateways())) {
      if (members.contains(gateway))
        continue;
      for (RoomId id : List.copyOf(watchers.watchedBy(gateway))) {
        watchers.unwatch(gateway, id);
        Room room = rooms.get(id);
        room.on(new Input.GatewayLost(gateway), now);
        kept(id, room);
      }
    }
    List.copyOf(rooms.keySet()).forEach(id -> in(id, room -> room.keyboards().lost(node -> !members.contains(node), now)));
    endHearsay(now);
  }

  /** Does what is due. */
  public void tick(long now) {
    for (RoomId id : agenda.due(now)) {
      Room room = rooms.get(id);
      room.tick(now);
      agenda.set(id, room.nextTick());
    }
  }

  /** Notes that everybody who is here was seen. */
  public void sight(long now) {
    rooms.values().forEach(room -> room.sight(now));
  }

  /** When {@link #tick} is due, or {@link Agenda#NEVER}. */
  public long nextTick() {
    return agenda.next();
  }

  /** How many are seen in all rooms together. */
  public int people() {
    return rooms.values().stream().mapToInt(Room::size).sum();
  }

  /** How many rooms are watched. */
  public int size() {
    return rooms.size();
  }
}
