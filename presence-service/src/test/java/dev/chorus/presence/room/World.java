package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.roster.Grace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One presence node, one room, and gateways that tell it, over a bus that loses, repeats and reorders, what their connections do. It checks what each gateway sees. */
final class World implements Outlet {
  static final RoomId ROOM = new RoomId("room");
  static final long GRACE_MS = 5000;
  private static final NodeId SELF = new NodeId("p1");
  private final MemberTable members = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final Rooms rooms = new Rooms(members, new Grace(GRACE_MS, 3000), this);
  final List<Gateway> gateways = new ArrayList<>();
  private final Gateway witness;
  private long now = 1_000_000;
  private int connections;

  World(int count) {
    members.says(SELF, MemberState.SERVING);
    for (int i = 0; i < count; i++) {
      gateways.add(new Gateway(new NodeId("g" + i)));
      members.joined(gateways.get(i).id, Set.of(Role.GATEWAY));
    }
    witness = new Gateway(new NodeId("witness"));
    members.joined(witness.id, Set.of(Role.GATEWAY));
    witness.announce(true, List.of(), List.of());
    witness.deliverAll();
    // The first seconds of a room, in which gateways may come over from another owner, are not what this is about.
    pass(GRACE_MS);
  }

  /** What a gateway has in the room, has yet to say, and shows. */
  final class Gateway {
    final NodeId id;
    final Map<String, Here> here = new LinkedHashMap<>();
    final Deque<RoomPresence> unsaid = new ArrayDeque<>();
    final Set<UserId> shown = new HashSet<>();
    private RoomPresence last;
    private long version;

    Gateway(NodeId id) {
      this.id = id;
    }

    void join(String user, boolean hidden) {
      Here connection = new Here("c" + connections++, new UserId(user), null, "desktop", hidden);
      here.put(connection.connection(), connection);
      announce(false, List.of(connection), List.of());
    }

    void leave(int which, boolean clean) {
      if (here.isEmpty())
        return;
      Here connection = List.copyOf(here.values()).get(which % here.size());
      here.remove(connection.connection());
      announce(false, List.of(), List.of(new Gone(connection.connection(), connection.user(), clean)));
    }

    void announce(boolean full, List<Here> came, List<Gone> gone) {
      unsaid.add(new RoomPresence(ROOM, version, full, true, full ? List.copyOf(here.values()) : came, gone));
    }

    void deliver() {
      if (unsaid.isEmpty())
        return;
      last = unsaid.removeFirst();
      say(last);
    }

    void deliverAll() {
      while (!unsaid.isEmpty())
        deliver();
    }

    void repeat() {
      if (last != null)
        say(last);
    }

    void lose() {
      unsaid.pollFirst();
    }

    void reorder() {
      if (unsaid.size() > 1)
        unsaid.addLast(unsaid.removeFirst());
    }

    private void say(RoomPresence presence) {
      if (!members.members().contains(id))
        return;
      RoomRoster answer = rooms.announce(new Announce(id, List.of(presence)), now).getFirst();
      assertThat(answer.version()).as("version of a snapshot").isGreaterThanOrEqualTo(version);
      version = answer.version();
      shown.clear();
      answer.participants().forEach(participant -> shown.add(participant.user()));
    }

    void see(RoomEphemeral event) {
      if (event.version() == null)
        return;
      assertThat(event.version()).as("version of an event").isGreaterThan(version);
      version = event.version();
      for (Item item : event.items()) {
        boolean joined = event.type().equals("user:join");
        boolean changed = joined ? shown.add(item.user()) : shown.remove(item.user());
        if (this == witness)
          assertThat(changed).as("the witness sees %s of %s once", event.type(), item.user()).isTrue();
        else if (!joined)
          assertThat(changed).as("%s leaves having been shown", item.user()).isTrue();
      }
    }

    long hash() {
      return here.values().stream().mapToLong(connection -> RosterHash.pair(connection.connection(), connection.user())).sum();
    }

    void die() {
      here.clear();
      unsaid.clear();
      shown.clear();
      dropped();
    }

    /** The others no longer see this gateway, dead or not. */
    void dropped() {
      members.left(id);
      rooms.clusterChanged(now);
    }

    void comesBack() {
      if (members.members().contains(id))
        return;
      members.joined(id, Set.of(Role.GATEWAY));
      rooms.clusterChanged(now);
      unsaid.clear();
      announce(true, List.of(), List.of());
    }
  }

  @Override
  public void send(RoomEphemeral event, Collection<NodeId> to) {
    if (to.contains(witness.id))
      witness.see(event);
    gateways.stream().filter(gateway -> to.contains(gateway.id)).forEach(gateway -> gateway.see(event));
  }

  void pass(long ms) {
    long until = now + ms;
    while (rooms.nextTick().isPresent() && rooms.nextTick().getAsLong() <= until) {
      now = Math.max(now, rooms.nextTick().getAsLong());
      rooms.tick(now);
    }
    now = until;
  }

  /** Nothing happens any more: what was not said is said, digests are compared, graces end. Then everybody must see the truth. */
  void settleAndCheck() {
    gateways.forEach(Gateway::comesBack);
    gateways.forEach(Gateway::deliverAll);
    for (Gateway gateway : gateways) {
      if (rooms.mismatched(new Digest(gateway.id, List.of(new RoomDigest(ROOM, gateway.hash())))).isEmpty())
        continue;
      gateway.announce(true, List.of(), List.of());
      gateway.deliver();
    }
    pass(GRACE_MS + 100);
    Set<UserId> hidden = users().filter(Here::hidden).map(Here::user).collect(Collectors.toSet());
    Set<UserId> truth = users().map(Here::user).filter(user -> !hidden.contains(user)).collect(Collectors.toSet());
    assertThat(witness.shown).as("what the witness sees").isEqualTo(truth);
    gateways.forEach(gateway -> assertThat(gateway.shown).as("what " + gateway.id + " sees").isEqualTo(truth));
    witness.announce(false, List.of(), List.of());
    witness.deliverAll();
    assertThat(witness.shown).as("a snapshot").isEqualTo(truth);
    assertThat(rooms.nextTick()).as("nothing is due any more").isEmpty();
  }

  private Stream<Here> users() {
    return gateways.stream().flatMap(gateway -> gateway.here.values().stream());
  }
}
