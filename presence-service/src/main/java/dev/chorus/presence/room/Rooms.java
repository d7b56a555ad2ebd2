package dev.chorus.presence.room;

import dev.chorus.bus.PresenceMessage;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.Watchers;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.presence.roster.Connection;
import dev.chorus.presence.roster.Grace;
import dev.chorus.presence.roster.Input;
import dev.chorus.presence.roster.Roster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * All rooms of one owner. It keeps a room as long as a gateway watches it and the ring says that it is ours; what it forgets costs nothing, and nobody is shown anything of it.
 * Confined to one thread.
 */
public final class Rooms {
  private static final int MAX_PAGE = 500;
  private final Cluster cluster;
  private final Grace grace;
  private final Outlet outlet;
  private final Map<RoomId, Room> rooms = new HashMap<>();
  private final Watchers<RoomId> watchers = new Watchers<>();
  private final Agenda agenda = new Agenda();

  public Rooms(Cluster cluster, Grace grace, Outlet outlet) {
    this.cluster = cluster;
    this.grace = grace;
    this.outlet = outlet;
  }

  /** Whether the ring gives that room to this node. */
  public boolean owns(RoomId room) {
    return cluster.ring(Role.PRESENCE).owns(cluster.self(), room.value());
  }

  /** What a gateway says of its rooms; answers with a snapshot of each that it watches, and {@code moved} for each that is not ours. */
  public List<RoomRoster> announce(Announce request, long now) {
    List<RoomRoster> answer = new ArrayList<>();
    for (RoomPresence presence : request.rooms()) {
      if (!owns(presence.room()))
        answer.add(new RoomRoster(presence.room(), 0, List.of(), true));
      else if (presence.watching())
        answer.add(watched(request.gateway(), presence, now));
      else
        unwatched(request.gateway(), presence, now);
    }
    return answer;
  }

  private RoomRoster watched(NodeId gateway, RoomPresence presence, long now) {
    RoomId id = presence.room();
    Room room = rooms.computeIfAbsent(id, key -> new Room(id, new Roster(grace), now, event -> outlet.send(event, watchers.of(id))));
    boolean comesOver = presence.full() && presence.shownVersion() > 0 && room.isBeingRebuilt(now) && !watchers.of(id).contains(gateway);
    room.shown(presence.shownVersion(), now);
    room.on(input(gateway, presence, comesOver), now);
    RoomRoster snapshot = room.snapshot(now);
    // Only now: what went out up to here is older than the snapshot.
    watchers.watch(gateway, id);
    agenda.set(id, room.nextTick());
    return snapshot;
  }

  private void unwatched(NodeId gateway, RoomPresence presence, long now) {
    watchers.unwatch(gateway, presence.room());
    Room room = rooms.get(presence.room());
    if (room == null)
      return;
    room.on(input(gateway, presence, false), now);
    room.on(new Input.GatewayLost(gateway), now);
    kept(presence.room(), room);
  }

  private static Input input(NodeId gateway, RoomPresence presence, boolean comesOver) {
    return new Input.Announced(gateway, presence.full(), comesOver,
        presence.here().stream().map(here -> connection(gateway, here)).toList(),
        presence.gone().stream().map(gone -> new Input.Ended(gone.connection(), gone.clean())).toList());
  }

  private static Connection connection(NodeId gateway, Here here) {
    return new Connection(here.connection(), gateway, here.user(), here.name(), here.device(), here.hidden());
  }

  /** Forgets a room that nobody watches any more, or sets when it is due. */
  private void kept(RoomId id, Room room) {
    if (watchers.of(id).isEmpty())
      forget(id);
    else
      agenda.set(id, room.nextTick());
  }

  private void forget(RoomId id) {
    rooms.remove(id);
    watchers.forget(id);
    agenda.set(id, OptionalLong.empty());
  }

  /** Typing in rooms that are not here is nothing to anybody. */
  public void typing(List<Typing> changes, long now) {
    for (Typing typing : changes) {
      Room room = rooms.get(typing.room());
      if (room == null || !owns(typing.room()))
        continue;
      room.on(new Input.Typing(typing.user(), typing.connection(), typing.agentId(), typing.on()), now);
      agenda.set(typing.room(), room.nextTick());
    }
  }

  /** A page of those who are in the room, by user. */
  public PresenceMessage.Roster participants(ListParticipants request, long now) {
    Room room = rooms.get(request.room());
    if (room == null)
      return new PresenceMessage.Roster(0, List.of(), null);
    int limit = request.limit() < 1 ? MAX_PAGE : Math.min(request.limit(), MAX_PAGE);
    List<Presence> rest = room.participants(now).stream()
        .filter(presence -> request.cursor() == null || presence.user().value().compareTo(request.cursor()) > 0).toList();
    if (rest.size() <= limit)
      return new PresenceMessage.Roster(room.version(), rest, null);
    return new PresenceMessage.Roster(room.version(), rest.subList(0, limit), rest.get(limit - 1).user().value());
  }

  /** The rooms in which we have something else of that gateway than it has itself, or that we do not own or know. */
  public List<RoomId> mismatched(Digest digest) {
    return digest.rooms().stream().filter(said -> !agrees(digest.gateway(), said)).map(RoomDigest::room).toList();
  }

  private boolean agrees(NodeId gateway, RoomDigest said) {
    return Optional.ofNullable(rooms.get(said.room())).filter(room -> owns(said.room()) && watchers.of(said.room()).contains(gateway))
        .filter(room -> room.hash(gateway) == said.hash()).isPresent();
  }

  /** Members or rings have changed: connections of gateways that died are broken, rooms that moved are forgotten, without a word to anybody. */
  public void clusterChanged(long now) {
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
    for (RoomId id : List.copyOf(rooms.keySet())) {
      if (!owns(id))
        forget(id);
    }
  }

  /** Does what is due. */
  public void tick(long now) {
    for (RoomId id : agenda.due(now)) {
      Room room = rooms.get(id);
      room.tick(now);
      agenda.set(id, room.nextTick());
    }
  }

  /** When {@link #tick} is due; empty when nothing waits. */
  public OptionalLong nextTick() {
    return agenda.next();
  }

  /** How many rooms are watched. */
  public int size() {
    return rooms.size();
  }
}
