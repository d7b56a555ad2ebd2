package dev.chorus.presence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.presence.roster.Grace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A new owner of a room, to whom gateways bring what they show and what they have. */
class ComingOverTest {
  private static final NodeId SELF = new NodeId("p1");
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId G2 = new NodeId("g2");
  private static final RoomId ROOM = new RoomId("room");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final Gone GOODBYE = new Gone("b1", BOB, true);
  private final List<String> sent = new ArrayList<>();
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.PRESENCE));
  private final Rooms rooms = new Rooms(cluster, new Grace(5000, 3000), World.SHARED, (event, to) -> event.items()
      .forEach(item -> sent.add(event.type() + " " + item.user())));

  ComingOverTest() {
    cluster.says(SELF, MemberState.SERVING);
    cluster.joined(G1, Set.of(Role.GATEWAY));
    cluster.joined(G2, Set.of(Role.GATEWAY));
    rooms.clusterChanged(0);
  }

  @Test
  void whoLeftWhileNobodyOwnedTheRoomLeavesAsSoonAsAllGatewaysHaveToldEverything() {
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of(GOODBYE));
    assertThat(cameOver(G1, 1010)).isTrue();
    comesOver(G2, 1100, true, List.of(), List.of());
    assertThat(sent).doesNotContain("user:leave bob");
    assertThat(cameOver(G2, 1200)).isTrue();
    rooms.tick(1250);
    assertThat(sent).containsOnlyOnce("user:leave bob").doesNotContain("user:leave ann");
    assertThat(rooms.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whoseGoodbyeComesAfterAllHaveToldEverythingLeavesAtOnce() {
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of());
    cameOver(G1, 1010);
    comesOver(G2, 1100, true, List.of(), List.of());
    cameOver(G2, 1200);
    rooms.tick(1250);
    assertThat(sent).doesNotContain("user:leave bob");
    comesOver(G1, 1300, true, List.of(here("a1", ANN)), List.of(GOODBYE));
    rooms.tick(1400);
    assertThat(sent).containsOnlyOnce("user:leave bob").doesNotContain("user:leave ann");
  }

  @Test
  void whoLeftAGatewayThatHasNobodyElseInTheRoomIsNotForgotten() {
    comesOver(G1, 1000, false, List.of(), List.of(GOODBYE));
    cameOver(G1, 1010);
    comesOver(G2, 1100, true, List.of(here("a1", ANN)), List.of());
    cameOver(G2, 1200);
    rooms.tick(1250);
    assertThat(sent).contains("user:leave bob");
  }

  @Test
  void whoLeftOneGatewayAndIsOnAnotherIsNotShownLeaving() {
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of(GOODBYE));
    cameOver(G1, 1010);
    comesOver(G2, 2000, true, List.of(here("b2", BOB)), List.of());
    cameOver(G2, 2010);
    rooms.tick(60_000);
    assertThat(sent).doesNotContain("user:leave bob", "user:leave ann");
  }

  @Test
  void whoMayHaveGoneDownWithAGatewayHasTheGraceEvenIfTheySaidGoodbyeElsewhere() {
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of(GOODBYE));
    cameOver(G1, 1010);
    cluster.left(G2);
    rooms.clusterChanged(1300);
    rooms.tick(5999);
    assertThat(sent).doesNotContain("user:leave bob");
    rooms.tick(6000);
    assertThat(sent).contains("user:leave bob");
  }

  @Test
  void whoNobodyClaimsLeavesAfterTheGraceAndNotLaterWhenAllHaveToldEverything() {
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of());
    cameOver(G1, 1010);
    cameOver(G2, 1020);
    rooms.tick(5999);
    assertThat(sent).doesNotContain("user:leave bob");
    rooms.tick(6000);
    assertThat(sent).contains("user:leave bob");
  }

  @Test
  void aGatewayThatGoesByAnotherRingIsRefusedAndHasToSayItAgainAfterEachChange() {
    assertThat(rooms.cameOver(new CameOver(G1, Ring.of(List.of(G1, SELF)).fingerprint()), 0)).isFalse();
    assertThat(rooms.cameOver(new CameOver(new NodeId("stranger"), cluster.ring(Role.PRESENCE).fingerprint()), 0)).isFalse();
    assertThat(cameOver(G1, 100)).isTrue();
    assertThat(cameOver(G2, 100)).isTrue();
    NodeId other = new NodeId("p2");
    cluster.joined(other, Set.of(Role.PRESENCE));
    cluster.says(other, MemberState.SERVING);
    rooms.clusterChanged(500);
    cluster.left(other);
    rooms.clusterChanged(900);
    comesOver(G1, 1000, true, List.of(here("a1", ANN)), List.of(GOODBYE));
    cameOver(G1, 1010);
    rooms.tick(1100);
    assertThat(sent).as("the other one has yet to come").doesNotContain("user:leave bob");
    cameOver(G2, 1200);
    assertThat(sent).contains("user:leave bob");
  }

  @Test
  void whatSomebodyDidForThePreviousOwnerIsShownOnAndEndsWhenNobodySaysItAgain() {
    Presence editing = new Presence(ANN, null, Presence.Status.ONLINE, "EDITING", List.of("desktop"), 1L);
    Announce request = new Announce(G1,
        List.of(new RoomPresence(ROOM, 7, true, true, List.of(here("a1", ANN)), List.of(), List.of(editing))));
    RoomRoster answer = rooms.answer(request, rooms.announce(request, 1000)).getFirst();
    assertThat(answer.participants()).extracting(Presence::activity).containsExactly("EDITING");
    rooms.tick(3999);
    assertThat(sent).doesNotContain("activity:update ann");
    rooms.tick(4000);
    assertThat(sent).containsOnlyOnce("activity:update ann");
  }

  private boolean cameOver(NodeId gateway, long now) {
    return rooms.cameOver(new CameOver(gateway, cluster.ring(Role.PRESENCE).fingerprint()), now);
  }

  /** Shows both of them. */
  private RoomRoster comesOver(NodeId gateway, long now, boolean watching, List<Here> here, List<Gone> gone) {
    List<Presence> shown = watching ? List.of(seen(ANN), seen(BOB)) : List.of();
    Announce request = new Announce(gateway, List.of(new RoomPresence(ROOM, 7, true, watching, here, gone, shown)));
    List<RoomRoster> answer = rooms.answer(request, rooms.announce(request, now));
    return answer.isEmpty() ? null : answer.getFirst();
  }

  private static Presence seen(UserId user) {
    return new Presence(user, null, Presence.Status.ONLINE, null, List.of("desktop"), 1L);
  }

  private static Here here(String connection, UserId user) {
    return new Here(connection, user, null, "desktop", false);
  }
}
