package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.lastseen.LastSeen;
import dev.chorus.presence.roster.Grace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One room, the presence node that owns it at the moment, and gateways that tell it, over a bus that loses, repeats and reorders, what their connections do. Each gateway watches
 * as the real ones do, and checks what it is shown.
 */
final class World implements Outlet {
  static final RoomId ROOM = new RoomId("room");
  static final long GRACE_MS = 5000;
  private static final long HEARSAY_MS = GRACE_MS + 3000;
  private static final NodeId SELF = new NodeId("p1");
  private final MemberTable members = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final List<Observer> gateways = new ArrayList<>();
  private final Deque<Awaited> awaited = new ArrayDeque<>();
  private Rooms rooms;
  private long now = 1_000_000;
  private long words;
  private boolean careful;

  /** An announcement that is yet to be answered. */
  private record Awaited(Observer gateway, Announce request, long ready) {}

  static final LastSeen SHARED = new LastSeen() {
    @Override
    public void saw(UserId user, long at) {}

    @Override
    public boolean isShared(UserId user) {
      return true;
    }
  };

  World(int count) {
    members.says(SELF, MemberState.SERVING);
    rooms = new Rooms(members, new Grace(GRACE_MS, 3000), SHARED, this);
    for (int i = 0; i < count; i++) {
      gateways.add(new Observer(this, new NodeId("g" + i)));
      members.joined(gateways.get(i).id, Set.of(Role.GATEWAY));
    }
    // One gateway is told nothing of its own and suffers nothing: it sees what everybody should.
    gateways.add(new Observer(this, new NodeId("witness")));
    members.joined(gateways.getLast().id, Set.of(Role.GATEWAY));
    gateways.getLast().announce(true, List.of(), List.of());
    gateways.getLast().deliverAll();
  }

  Observer gateway(int which) {
    return gateways.get(which);
  }

  long now() {
    return now;
  }

  /** Grows with each thing that anybody says of themselves. */
  long nextWord() {
    return ++words;
  }

  boolean isMember(Observer gateway) {
    return members.members().contains(gateway.id);
  }

  /** A message of a gateway arrives at the owner. */
  void arrive(Observer gateway, RoomPresence presence) {
    if (!isMember(gateway))
      return;
    Announce request = new Announce(gateway.id, List.of(presence));
    awaited.add(new Awaited(gateway, request, rooms.announce(request, now)));
    answer();
  }

  /** From now on gateways say everything that is unsaid at once, and nobody may be shown leaving who is there, as far as an owner has ever been told. */
  void beCareful() {
    careful = true;
  }

  boolean isCareful() {
    return careful;
  }

  boolean knowsAll() {
    return gateways.stream().filter(this::isMember).allMatch(Observer::isTold);
  }

  /** Somebody is shown that this user leaves. */
  void leaves(UserId user) {
    if (careful)
      assertThat(gateways.stream().anyMatch(gateway -> gateway.keeps(user))).as("%s leaves and is there", user).isFalse();
  }

  /** What every gateway has to say arrives. */
  void deliverAll() {
    gateways.forEach(Observer::deliverAll);
  }

  /** A gateway has nothing more to tell the owner. */
  void cameOver(Observer gateway) {
    rooms.cameOver(new CameOver(gateway.id, members.ring(Role.PRESENCE).fingerprint()), now);
  }

  private void answer() {
    while (!awaited.isEmpty() && awaited.peek().ready <= now) {
      Awaited next = awaited.remove();
      RoomRoster roster = rooms.answer(next.request, now).getFirst();
      if (roster.moved())
        next.gateway.refused();
      else
        next.gateway.answered(roster);
    }
  }

  /** The owner is no more: another one begins, with nothing but what gateways bring. */
  void ownerChanges() {
    awaited.clear();
    rooms = new Rooms(members, new Grace(GRACE_MS, 3000), SHARED, this);
    gateways.forEach(Observer::ownerChanged);
  }

  /** The gateway and the owner die at the same moment. */
  void dieTogether(Observer gateway) {
    gateway.forgetAll();
    members.left(gateway.id);
    ownerChanges();
  }

  /** The others no longer see that gateway, dead or not. */
  void drop(Observer gateway) {
    gateway.cutOff();
    members.left(gateway.id);
    rooms.clusterChanged(now);
  }

  void admit(Observer gateway) {
    if (members.members().contains(gateway.id))
      return;
    members.joined(gateway.id, Set.of(Role.GATEWAY));
    rooms.clusterChanged(now);
    gateway.unsaid.clear();
    gateway.announce(true, List.of(), List.of());
  }

  @Override
  public void send(RoomEphemeral event, Collection<NodeId> to) {
    gateways.stream().filter(gateway -> to.contains(gateway.id)).forEach(gateway -> gateway.see(event));
  }

  void pass(long ms) {
    long until = now + ms;
    while (nextDue() <= until) {
      now = Math.max(now, nextDue());
      rooms.tick(now);
      answer();
    }
    now = until;
  }

  private long nextDue() {
    return awaited.isEmpty() ? rooms.nextTick() : Math.min(rooms.nextTick(), awaited.peek().ready);
  }

  /** Gateways ask every few seconds whether the owner has of them what they have. */
  private void digest(Observer gateway) {
    RoomDigest said = new RoomDigest(ROOM, gateway.hash(), gateway.version);
    if (rooms.mismatched(new Digest(gateway.id, List.of(said)), now).isEmpty())
      return;
    gateway.announce(true, List.of(), List.of());
    gateway.deliverAll();
  }

  /** Nothing happens any more: what was not said is said, digests are compared, graces end. Then everybody must see the truth. */
  void settleAndCheck() {
    gateways.forEach(this::admit);
    for (int round = 0; round < 2; round++) {
      gateways.forEach(Observer::deliverAll);
      pass(1100);
      gateways.forEach(this::digest);
      pass(HEARSAY_MS);
    }
    gateways.forEach(this::digest);
    gateways.forEach(Observer::deliverAll);
    pass(100);
    Map<UserId, Presence> truth = truth();
    gateways.forEach(gateway -> assertThat(gateway.shown).as("what " + gateway.id + " sees").isEqualTo(truth));
    Observer fresh = new Observer(this, new NodeId("fresh"));
    members.joined(fresh.id, Set.of(Role.GATEWAY));
    fresh.announce(true, List.of(), List.of());
    fresh.deliverAll();
    assertThat(fresh.shown).as("a fresh snapshot").isEqualTo(truth);
    assertThat(rooms.nextTick()).as("nothing is due any more").isEqualTo(Agenda.NEVER);
  }

  private Map<UserId, Presence> truth() {
    Map<UserId, List<Here>> users = new HashMap<>();
    gateways
        .forEach(gateway -> gateway.here.values().forEach(here -> users.computeIfAbsent(here.user(), user -> new ArrayList<>()).add(here)));
    Map<UserId, Presence> truth = new HashMap<>();
    users.forEach((user, connections) -> {
      Here word = connections.stream().max((a, b) -> Long.compare(a.hiddenAt(), b.hiddenAt())).orElseThrow();
      if (!word.hidden())
        truth.put(user, new Presence(user, null, connections.stream().map(Here::status).min(Presence.Status::compareTo).orElseThrow(), null,
            connections.stream().map(Here::device).distinct().sorted().toList(), null));
    });
    return truth;
  }
}
