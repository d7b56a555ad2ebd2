package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.Presence.Status;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A gateway: what it has in the room, has yet to say, and shows. Nobody may be shown to join who is shown already, nor to leave who is not. */
final class Observer {
  final NodeId id;
  final Map<String, Here> here = new LinkedHashMap<>();
  final Deque<RoomPresence> unsaid = new ArrayDeque<>();
  final Map<UserId, Presence> shown = new HashMap<>();
  long version;
  /** Connections of which an owner has been told. */
  private final Set<String> heard = new HashSet<>();
  private final World world;
  private RoomPresence last;
  /** The present owner has been told who is here. */
  private boolean met;
  /** The present owner has given a snapshot since. */
  private boolean told;
  /** An event is missing: until the next snapshot nothing more is shown. */
  private boolean lacking;
  private boolean losesNextEvent;
  private int connections;

  Observer(World world, NodeId id) {
    this.world = world;
    this.id = id;
  }

  void join(String user, String device, Status status, boolean hidden) {
    Here connection = new Here(id + "-" + connections++, new UserId(user), null, device, hidden, hidden ? world.nextWord() : 0, status,
        null, 0);
    here.put(connection.connection(), connection);
    announce(false, List.of(connection), List.of());
  }

  /** A connection says something new of itself. */
  void change(int which, Status status, boolean hidden) {
    if (here.isEmpty())
      return;
    Here old = pick(which);
    Here changed = new Here(old.connection(), old.user(), null, old.device(), hidden, world.nextWord(), status, null, 0);
    here.put(changed.connection(), changed);
    announce(false, List.of(changed), List.of());
  }

  void leave(int which, boolean clean) {
    if (here.isEmpty())
      return;
    Here connection = pick(which);
    here.remove(connection.connection());
    announce(false, List.of(), List.of(new Gone(connection.connection(), connection.user(), clean)));
  }

  private Here pick(int which) {
    return List.copyOf(here.values()).get(which % here.size());
  }

  void announce(boolean full, List<Here> came, List<Gone> gone) {
    boolean inFull = full || !told;
    List<Presence> brought = inFull && !told ? List.copyOf(shown.values()) : List.of();
    unsaid.add(new RoomPresence(World.ROOM, version, inFull, true, inFull ? List.copyOf(here.values()) : came, gone, brought));
  }

  void deliver() {
    if (unsaid.isEmpty())
      return;
    last = world.isCareful() ? everything() : unsaid.removeFirst();
    // What is told before everything has been said and answered is in the answer.
    if (last.full())
      told = false;
    if (world.isMember(this))
      last.here().forEach(connection -> heard.add(connection.connection()));
    met = true;
    world.arrive(this, last);
  }

  /** All that is unsaid, and all who are here, as one announcement. */
  private RoomPresence everything() {
    List<Gone> gone = unsaid.stream().flatMap(said -> said.gone().stream()).filter(one -> !here.containsKey(one.connection())).toList();
    unsaid.clear();
    return new RoomPresence(World.ROOM, version, true, true, List.copyOf(here.values()), gone,
        told ? List.of() : List.copyOf(shown.values()));
  }

  /** The present owner knows of this gateway, whether it has answered or not. */
  boolean hasMetOwner() {
    return met;
  }

  /** The present owner knows what there is to be known. */
  boolean isTold() {
    return told;
  }

  /** Whether somebody has been told that this user is here, and they still are. */
  boolean keeps(UserId user) {
    return here.values().stream().anyMatch(connection -> connection.user().equals(user) && heard.contains(connection.connection()));
  }

  void deliverAll() {
    while (!unsaid.isEmpty())
      deliver();
  }

  void repeat() {
    if (last != null && last.full())
      told = false;
    if (last != null)
      world.arrive(this, last);
  }

  void lose() {
    unsaid.pollFirst();
  }

  void reorder() {
    if (unsaid.size() > 1)
      unsaid.addLast(unsaid.removeFirst());
  }

  void loseNextEvent() {
    losesNextEvent = true;
  }

  void answered(RoomRoster snapshot) {
    assertThat(snapshot.version()).as("version of a snapshot").isGreaterThanOrEqualTo(version);
    Map<UserId, Presence> now = new HashMap<>();
    snapshot.participants().forEach(presence -> now.put(presence.user(), look(presence)));
    if (told && !lacking && snapshot.version() == version)
      assertThat(now).as("a snapshot of the version that %s shows", id).isEqualTo(shown);
    shown.keySet().stream().filter(user -> !now.containsKey(user)).forEach(world::leaves);
    version = snapshot.version();
    boolean isNew = !told;
    told = true;
    lacking = false;
    shown.clear();
    shown.putAll(now);
    if (isNew)
      world.cameOver(this);
  }

  void see(RoomEphemeral event) {
    if (event.version() == null || !told)
      return;
    assertThat(event.version()).as("version of an event").isGreaterThan(version);
    if (losesNextEvent) {
      losesNextEvent = false;
      return;
    }
    if (lacking || event.prev() > version) {
      lacking = true;
      return;
    }
    version = event.version();
    for (Item item : event.items()) {
      boolean known = shown.containsKey(item.user());
      assertThat(known).as("%s sees %s of %s", id, event.type(), item.user()).isEqualTo(!event.type().equals("user:join"));
      if (event.type().equals("user:leave")) {
        world.leaves(item.user());
        shown.remove(item.user());
      } else {
        shown.put(item.user(), look(presence(item)));
      }
    }
  }

  private static Presence presence(Item item) {
    try {
      return Json.MAPPER.readValue(item.json(), Presence.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Presence look(Presence presence) {
    return new Presence(presence.user(), presence.name(), presence.status(), null, presence.devices(), null);
  }

  long hash() {
    return here.values().stream().mapToLong(Here::hash).sum();
  }

  void forgetAll() {
    here.clear();
    heard.clear();
    unsaid.clear();
    shown.clear();
    version = 0;
    met = false;
    told = false;
  }

  void ownerChanged() {
    unsaid.clear();
    last = null;
    refused();
  }

  /** What was on its way is lost with the way. */
  void cutOff() {
    last = null;
  }

  /** The owner does not know us. */
  void refused() {
    met = false;
    told = false;
    announce(true, List.of(), List.of());
  }
}
