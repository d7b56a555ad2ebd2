package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.roster.Grace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoomsTest {
  private static final NodeId SELF = new NodeId("p1");
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId G2 = new NodeId("g2");
  private static final RoomId ROOM = new RoomId("room");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");

  private record Sent(RoomEphemeral event, List<NodeId> to) {
    String text() {
      return event.type() + event.items().stream().map(item -> new String(item.json(), StandardCharsets.UTF_8)).toList();
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final Rooms rooms = new Rooms(cluster, new Grace(5000, 3000), (event, to) -> sent.add(new Sent(event, List.copyOf(to))));

  RoomsTest() {
    cluster.says(SELF, MemberState.SERVING);
    cluster.joined(G1, Set.of(Role.GATEWAY));
    cluster.joined(G2, Set.of(Role.GATEWAY));
  }

  @Test
  void joinsAreMergedIntoOneEventOfAHigherVersionThanAnySnapshotBefore() {
    RoomRoster first = announce(G1, 1000, 0, false, here("a1", ANN));
    RoomRoster second = announce(G2, 1049, 0, false, here("b1", BOB));
    assertThat(first.participants()).extracting(Presence::user).containsExactly(ANN);
    assertThat(second.participants()).extracting(Presence::user).containsExactly(ANN, BOB);
    assertThat(second.version()).isGreaterThan(first.version());
    rooms.tick(1049);
    assertThat(sent).isEmpty();
    assertThat(rooms.nextTick()).hasValue(1050);
    rooms.tick(1050);
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().to).containsExactly(G1, G2);
    assertThat(sent.getFirst().event.version()).isGreaterThan(second.version());
    assertThat(sent.getFirst().event.echo()).isTrue();
    assertThat(sent.getFirst().text()).isEqualTo(
        """
        user:join[{"user":"ann","status":"ONLINE","devices":["desktop"],"lastSeen":1050}, {"user":"bob","status":"ONLINE","devices":["desktop"],"lastSeen":1050}]""");
    assertThat(rooms.nextTick()).isEmpty();
  }

  @Test
  void aCleanLeaveIsSeenByTheOthersWithItsTime() {
    announce(G1, 0, 0, false, here("a1", ANN));
    announce(G2, 0, 0, false, here("b1", BOB));
    rooms.tick(50);
    rooms.announce(new Announce(G1, List.of(new RoomPresence(ROOM, 0, false, false, List.of(), List.of(new Gone("a1", ANN, true))))), 100);
    rooms.tick(150);
    assertThat(sent.getLast().text()).isEqualTo("user:leave[{\"user\":\"ann\",\"lastSeen\":100}]");
    assertThat(sent.getLast().to).as("who watches no more gets nothing").containsExactly(G2);
  }

  @Test
  void typingGoesOutAtOnceWithoutVersionAndNotToTheTypist() {
    announce(G1, 0, 0, false, here("a1", ANN));
    rooms.tick(50);
    sent.clear();
    rooms.typing(List.of(new Typing(ROOM, ANN, "a1", "helper", true)), 100);
    rooms.tick(3100);
    assertThat(sent).extracting(Sent::text).containsExactly("typing:start[{\"user\":\"ann\",\"agentId\":\"helper\",\"expiresAt\":3100}]",
        "typing:stop[{\"user\":\"ann\",\"agentId\":\"helper\"}]");
    assertThat(sent).allSatisfy(it -> assertThat(it.event).returns(false, RoomEphemeral::echo).returns(null, RoomEphemeral::version));
  }

  @Test
  void aNewOwnerShowsNobodyWhoStaysAsJoiningAndGoesOnAboveTheShownVersion() {
    long shown = 99_000_000;
    RoomRoster answer = announce(G1, 1000, shown, true, here("a1", ANN));
    announce(G2, 1500, shown - 1, true, here("b1", BOB));
    assertThat(answer.version()).isGreaterThan(shown);
    rooms.tick(2000);
    assertThat(sent).isEmpty();
    announce(G1, 2000, shown, false, here("c1", new UserId("new")));
    rooms.tick(2050);
    assertThat(sent.getLast().text()).startsWith("user:join[{\"user\":\"new\"");
    assertThat(sent.getLast().event.version()).isGreaterThan(answer.version());
  }

  @Test
  void aGatewayThatIsKnownHereShowsItsNewcomersEvenInAFullAnnouncement() {
    RoomRoster first = announce(G1, 1000, 0, false, here("a1", ANN));
    announce(G1, 1100, first.version(), true, here("a1", ANN), here("b1", BOB));
    rooms.tick(1200);
    assertThat(sent).extracting(Sent::text).anyMatch(text -> text.contains("\"bob\""));
  }

  @Test
  void usersOfADeadGatewayStayForTheGraceAndUntilThenMayComeBackElsewhere() {
    announce(G1, 0, 0, false, here("a1", ANN), here("b1", BOB));
    announce(G2, 0, 0, false);
    rooms.tick(50);
    sent.clear();
    cluster.left(G1);
    rooms.clusterChanged(1000);
    announce(G2, 2000, 0, false, here("a2", ANN));
    rooms.tick(6000);
    rooms.tick(6050);
    assertThat(sent).extracting(Sent::text).containsExactly("user:leave[{\"user\":\"bob\",\"lastSeen\":1000}]");
  }

  @Test
  void aRoomThatNobodyWatchesOrThatMovedAwayIsForgottenInSilence() {
    announce(G1, 0, 0, false, here("a1", ANN));
    cluster.left(G1);
    rooms.clusterChanged(10);
    assertThat(rooms.size()).isZero();
    assertThat(rooms.nextTick()).isEmpty();

    announce(G2, 20, 0, false, here("b1", BOB));
    cluster.says(SELF, MemberState.DRAINING);
    rooms.clusterChanged(30);
    assertThat(rooms.size()).isZero();
    assertThat(sent).isEmpty();
    assertThat(announce(G2, 40, 0, true, here("b1", BOB)).moved()).isTrue();
  }

  @Test
  void aDigestFindsTheRoomsThatDiffer() {
    announce(G1, 0, 0, false, here("a1", ANN));
    long right = RosterHash.pair("a1", ANN);
    RoomId unknown = new RoomId("unknown");
    assertThat(rooms.mismatched(new Digest(G1, List.of(new RoomDigest(ROOM, right), new RoomDigest(unknown, 0))))).containsExactly(unknown);
    assertThat(rooms.mismatched(new Digest(G1, List.of(new RoomDigest(ROOM, right + 1))))).containsExactly(ROOM);
    assertThat(rooms.mismatched(new Digest(G2, List.of(new RoomDigest(ROOM, RosterHash.EMPTY))))).as("it does not watch here")
        .containsExactly(ROOM);
  }

  @Test
  void participantsComeInPages() {
    announce(G1, 0, 0, false, IntStream.range(0, 5).mapToObj(i -> here("c" + i, new UserId("u" + i))).toArray(Here[]::new));
    PresenceMessage.Roster first = rooms.participants(new ListParticipants(ROOM, null, 3), 0);
    PresenceMessage.Roster second = rooms.participants(new ListParticipants(ROOM, first.cursor(), 3), 0);
    assertThat(first.participants()).extracting(presence -> presence.user().value()).containsExactly("u0", "u1", "u2");
    assertThat(second.participants()).extracting(presence -> presence.user().value()).containsExactly("u3", "u4");
    assertThat(second.cursor()).isNull();
    assertThat(rooms.participants(new ListParticipants(new RoomId("empty"), null, 3), 0).participants()).isEmpty();
  }

  private RoomRoster announce(NodeId gateway, long now, long shownVersion, boolean full, Here... here) {
    return rooms.announce(new Announce(gateway, List.of(new RoomPresence(ROOM, shownVersion, full, true, List.of(here), List.of()))), now)
        .getFirst();
  }

  private static Here here(String connection, UserId user) {
    return new Here(connection, user, null, "desktop", false);
  }
}
