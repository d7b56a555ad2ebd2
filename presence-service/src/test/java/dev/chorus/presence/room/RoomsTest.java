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
import dev.chorus.presence.agenda.Agenda;
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
  private static final UserId EVE = new UserId("eve");

  private record Sent(RoomEphemeral event, List<NodeId> to) {
    String text() {
      return event.type() + event.items().stream().map(item -> new String(item.json(), StandardCharsets.UTF_8)).toList();
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final Rooms rooms = new Rooms(cluster, new Grace(5000, 3000), World.SHARED,
      (event, to) -> sent.add(new Sent(event, List.copyOf(to))));

  RoomsTest() {
    cluster.says(SELF, MemberState.SERVING);
    cluster.joined(G1, Set.of(Role.GATEWAY));
    cluster.joined(G2, Set.of(Role.GATEWAY));
  }

  @Test
  void theFirstJoinIsShownAtOnceAndThoseThatFollowWithinTheWindowAsOneEventAndThenInSnapshots() {
    RoomRoster first = announce(G1, 1000, 0, true, here("a1", ANN));
    assertThat(first.participants()).extracting(Presence::user).containsExactly(ANN);
    assertThat(sent).hasSize(1);
    Announce second = request(G2, 0, true, here("b1", BOB));
    Announce third = request(G1, 0, false, here("c1", EVE));
    assertThat(rooms.announce(second, 1010)).isEqualTo(1050);
    assertThat(rooms.announce(third, 1049)).isEqualTo(1050);
    assertThat(sent).hasSize(1);
    assertThat(rooms.nextTick()).isEqualTo(1050);
    rooms.tick(1050);
    assertThat(sent).hasSize(2);
    assertThat(sent.getLast().to).containsExactly(G1, G2);
    assertThat(sent.getLast().event).returns(true, RoomEphemeral::echo).returns(first.version(), RoomEphemeral::prev);
    assertThat(sent.getLast().text()).isEqualTo(
        """
        user:join[{"user":"bob","status":"ONLINE","devices":["desktop"],"lastSeen":1050}, {"user":"eve","status":"ONLINE","devices":["desktop"],"lastSeen":1050}]""");
    for (Announce request : List.of(second, third)) {
      RoomRoster snapshot = rooms.answer(request, 1051).getFirst();
      assertThat(snapshot.participants()).extracting(Presence::user).containsExactly(ANN, BOB, EVE);
      assertThat(snapshot.version()).isEqualTo(sent.getLast().event.version());
    }
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void aCleanLeaveIsSeenByTheOthersWithItsTime() {
    announce(G1, 0, 0, true, here("a1", ANN));
    announce(G2, 0, 0, true, here("b1", BOB));
    rooms.tick(50);
    rooms.announce(new Announce(G1, List.of(new RoomPresence(ROOM, 0, false, false, List.of(), List.of(new Gone("a1", ANN, true))))), 100);
    assertThat(sent.getLast().text()).isEqualTo("user:leave[{\"user\":\"ann\",\"lastSeen\":100}]");
    assertThat(sent.getLast().to).as("who watches no more gets nothing").containsExactly(G2);
  }

  @Test
  void typingGoesOutAtOnceWithoutVersionAndNotToTheTypist() {
    announce(G1, 0, 0, true, here("a1", ANN));
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
    RoomRoster answer = comesOver(G1, 1000, shown, List.of(seen(ANN), seen(BOB)), here("a1", ANN));
    comesOver(G2, 1500, shown - 1, List.of(seen(ANN), seen(BOB)), here("b1", BOB));
    assertThat(answer.version()).isGreaterThan(shown);
    assertThat(answer.participants()).extracting(Presence::user).containsExactly(ANN, BOB);
    rooms.tick(2000);
    assertThat(sent.stream().filter(event -> event.to.contains(G2))).isEmpty();
    announce(G1, 2000, shown, false, here("c1", new UserId("new")));
    assertThat(sent.getLast().text()).startsWith("user:join[{\"user\":\"new\"");
    assertThat(sent.getLast().event.version()).isGreaterThan(answer.version());
  }

  @Test
  void aGatewayThatIsKnownHereShowsItsNewcomersEvenInAFullAnnouncement() {
    RoomRoster first = announce(G1, 1000, 0, true, here("a1", ANN));
    announce(G1, 1100, first.version(), true, here("a1", ANN), here("b1", BOB));
    assertThat(sent).extracting(Sent::text).anyMatch(text -> text.contains("\"bob\""));
  }

  @Test
  void usersOfADeadGatewayStayForTheGraceAndUntilThenMayComeBackElsewhere() {
    announce(G1, 0, 0, true, here("a1", ANN), here("b1", BOB));
    announce(G2, 0, 0, true);
    rooms.tick(50);
    sent.clear();
    cluster.left(G1);
    rooms.clusterChanged(1000);
    announce(G2, 2000, 0, true, here("a2", ANN));
    rooms.tick(6000);
    assertThat(sent).extracting(Sent::text).containsExactly("user:leave[{\"user\":\"bob\",\"lastSeen\":1000}]");
  }

  @Test
  void aRoomThatNobodyWatchesOrThatMovedAwayIsForgottenInSilence() {
    announce(G1, 0, 0, true, here("a1", ANN));
    sent.clear();
    cluster.left(G1);
    rooms.clusterChanged(10);
    assertThat(rooms.size()).isZero();
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);

    announce(G2, 20, 0, true, here("b1", BOB));
    sent.clear();
    cluster.says(SELF, MemberState.DRAINING);
    rooms.clusterChanged(30);
    assertThat(rooms.size()).isZero();
    assertThat(sent).isEmpty();
    assertThat(announce(G2, 40, 0, true, here("b1", BOB)).moved()).isTrue();
  }

  @Test
  void whoTakesForGrantedWhatWeDoNotKnowHasToSayEverything() {
    RoomRoster answer = announce(G1, 0, 7, false, here("a1", ANN));
    assertThat(answer.moved()).isTrue();
    assertThat(rooms.size()).isZero();
    assertThat(sent).isEmpty();
  }

  @Test
  void aDigestFindsTheRoomsThatDiffer() {
    announce(G1, 0, 0, true, here("a1", ANN));
    long right = here("a1", ANN).hash();
    RoomId unknown = new RoomId("unknown");
    assertThat(mismatched(G1, new RoomDigest(ROOM, right), new RoomDigest(unknown, 0))).containsExactly(unknown);
    assertThat(mismatched(G1, new RoomDigest(ROOM, right + 1))).containsExactly(ROOM);
    assertThat(mismatched(G2, new RoomDigest(ROOM, RosterHash.EMPTY))).as("it does not watch here").containsExactly(ROOM);
  }

  @Test
  void aDigestFindsAnEventThatWasLostAndNotOneThatMayBeOnItsWay() {
    announce(G1, 0, 0, true, here("a1", ANN));
    RoomRoster before = announce(G2, 100, 0, true);
    announce(G1, 5000, 0, false, here("b1", BOB));
    RoomDigest lacking = new RoomDigest(ROOM, RosterHash.EMPTY, before.version());
    assertThat(rooms.mismatched(new Digest(G2, List.of(lacking)), 5999)).isEmpty();
    assertThat(rooms.mismatched(new Digest(G2, List.of(lacking)), 6000)).containsExactly(ROOM);
    RoomDigest knowing = new RoomDigest(ROOM, RosterHash.EMPTY, announce(G2, 6000, 0, true).version());
    assertThat(rooms.mismatched(new Digest(G2, List.of(knowing)), 60_000)).isEmpty();
  }

  @Test
  void participantsComeInPages() {
    announce(G1, 0, 0, true, IntStream.range(0, 5).mapToObj(i -> here("c" + i, new UserId("u" + i))).toArray(Here[]::new));
    PresenceMessage.Roster first = rooms.participants(new ListParticipants(ROOM, null, 3), 0);
    PresenceMessage.Roster second = rooms.participants(new ListParticipants(ROOM, first.cursor(), 3), 0);
    assertThat(first.participants()).extracting(presence -> presence.user().value()).containsExactly("u0", "u1", "u2");
    assertThat(second.participants()).extracting(presence -> presence.user().value()).containsExactly("u3", "u4");
    assertThat(second.cursor()).isNull();
    assertThat(rooms.participants(new ListParticipants(new RoomId("empty"), null, 3), 0).participants()).isEmpty();
  }

  private List<RoomId> mismatched(NodeId gateway, RoomDigest... said) {
    return rooms.mismatched(new Digest(gateway, List.of(said)), 0);
  }

  /** Announces, and gives the answer however long it takes. */
  private RoomRoster announce(NodeId gateway, long now, long shownVersion, boolean full, Here... here) {
    return answered(request(gateway, shownVersion, full, here), now);
  }

  private RoomRoster comesOver(NodeId gateway, long now, long shownVersion, List<Presence> shown, Here... here) {
    return answered(new Announce(gateway, List.of(new RoomPresence(ROOM, shownVersion, true, true, List.of(here), List.of(), shown))), now);
  }

  private RoomRoster answered(Announce request, long now) {
    return rooms.answer(request, rooms.announce(request, now)).getFirst();
  }

  private static Announce request(NodeId gateway, long shownVersion, boolean full, Here... here) {
    return new Announce(gateway, List.of(new RoomPresence(ROOM, shownVersion, full, true, List.of(here), List.of())));
  }

  private static Presence seen(UserId user) {
    return new Presence(user, null, Presence.Status.ONLINE, null, List.of("desktop"), 1L);
  }

  private static Here here(String connection, UserId user) {
    return new Here(connection, user, null, "desktop", false);
  }
}
