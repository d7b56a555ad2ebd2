package dev.chorus.presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.Presence.Status;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId G2 = new NodeId("g2");
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private final Roster roster = new Roster(new Grace(5000, 3000));

  @Test
  void theFirstConnectionJoinsAndTheLastCleanOneLeavesAtOnce() {
    assertThat(here(0, G1, ann("a1", "desktop"))).containsExactly(new Effect.Joined(ANN));
    assertThat(here(1, G2, ann("a2", "desktop"))).isEmpty();
    assertThat(gone(2, G1, "a1", true)).containsExactly(new Effect.Ended(ANN, "a1"));
    assertThat(gone(3, G2, "a2", true)).containsExactly(new Effect.Ended(ANN, "a2"), new Effect.Left(ANN, 3));
    assertThat(roster.shown(null)).isEmpty();
    assertThat(roster.size()).isZero();
    assertThat(roster.nextTick()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void aBrokenConnectionLeavesAfterTheGraceWithTheTimeItWasLastSeen() {
    here(0, G1, ann("a1", "desktop"));
    assertThat(gone(100, G1, "a1", false)).containsExactly(new Effect.Ended(ANN, "a1"));
    assertThat(roster.nextTick()).isEqualTo(5100);
    assertThat(roster.on(new Input.Tick(), 5099)).isEmpty();
    assertThat(roster.lastSeen(ANN, 5099)).hasValue(100);
    assertThat(roster.on(new Input.Tick(), 5100)).containsExactly(new Effect.Left(ANN, 100));
  }

  @Test
  void whoComesBackWithinTheGraceIsNotShownAtAllAndThenLeavesAtOnce() {
    here(0, G1, ann("a1", "desktop"));
    roster.on(new Input.GatewayLost(G1), 100);
    assertThat(here(4000, G2, ann("a9", "desktop"))).isEmpty();
    assertThat(roster.on(new Input.Tick(), 9000)).isEmpty();
    assertThat(gone(9001, G2, "a9", true)).contains(new Effect.Left(ANN, 9001));
  }

  @Test
  void aCleanGoodbyeOfAConnectionThatCountedAsBrokenEndsItsGrace() {
    here(0, G1, ann("a1", "desktop"));
    roster.on(new Input.GatewayLost(G1), 100);
    assertThat(gone(200, G1, "a1", true)).containsExactly(new Effect.Left(ANN, 100));
  }

  @Test
  void devicesOfAUserAreMergedAndSortedAndSeenToChange() {
    here(0, G1, ann("a1", "mobile"));
    assertThat(here(1, G1, ann("a2", "desktop"))).containsExactly(new Effect.Changed(ANN));
    assertThat(here(2, G2, ann("a3", "mobile"))).isEmpty();
    assertThat(roster.look(ANN)).contains(new Presence(ANN, "Ann", Status.ONLINE, null, List.of("desktop", "mobile"), null));
    assertThat(gone(3, G1, "a2", true)).containsExactly(new Effect.Ended(ANN, "a2"), new Effect.Changed(ANN));
  }

  @Test
  void aDeviceThatBrokeIsShownUntilItsGraceIsOverAndItsReturnIsNotShown() {
    here(0, G1, ann("a1", "mobile"), ann("a2", "desktop"));
    assertThat(gone(10, G1, "a1", false)).containsExactly(new Effect.Ended(ANN, "a1"));
    assertThat(here(20, G2, ann("a3", "mobile"))).isEmpty();
    gone(30, G2, "a3", false);
    assertThat(roster.on(new Input.Tick(), 5030)).containsExactly(new Effect.Changed(ANN));
  }

  @Test
  void theBestStatusOfAllDevicesCounts() {
    for (Status status : List.of(Status.OFFLINE, Status.AWAY, Status.ONLINE, Status.BUSY)) {
      here(0, G1, saying("a-" + status, status, null, 0, false, 0));
      assertThat(roster.look(ANN)).map(Presence::status).contains(status);
    }
    gone(1, G1, "a-BUSY", true);
    assertThat(roster.look(ANN)).map(Presence::status).contains(Status.ONLINE);
  }

  @Test
  void metadataAndHidingBelongToTheUserAndTheLatestWordCounts() {
    here(0, G1, saying("a1", Status.ONLINE, "{\"v\":1}", 10, false, 0));
    assertThat(here(1, G2, saying("a2", Status.ONLINE, "{\"v\":2}", 20, false, 0))).containsExactly(new Effect.Changed(ANN));
    assertThat(roster.look(ANN)).map(Presence::metadata).contains("{\"v\":2}");
    assertThat(here(2, G2, saying("a2", Status.ONLINE, "{\"v\":2}", 20, true, 30))).containsExactly(new Effect.Left(ANN, 2));
    assertThat(roster.hides(ANN)).isTrue();
    assertThat(here(3, G1, saying("a1", Status.ONLINE, "{\"v\":3}", 40, false, 35))).containsExactly(new Effect.Joined(ANN));
    here(4, G1, saying("a1", Status.ONLINE, "{}", 50, false, 35));
    assertThat(roster.look(ANN)).as("{} takes it away").map(Presence::metadata).isEmpty();
  }

  @Test
  void aFullAnnouncementReplacesWhatTheGatewayHadAndNothingElse() {
    here(0, G1, ann("a1", "desktop"));
    here(0, G2, new Here("b1", BOB, null, "desktop", false));
    roster.on(new Input.Announced(G1, true, List.of(), List.of(), List.of()), 10);
    assertThat(roster.on(new Input.Tick(), 5010)).containsExactly(new Effect.Left(ANN, 10));
    assertThat(roster.shown(null)).containsExactly(BOB);
  }

  @Test
  void repeatingAnAnnouncementChangesNothingAndTheHashCoversAllThatWasSaid() {
    Here said = ann("a1", "desktop");
    here(0, G1, said);
    assertThat(roster.hash(G1)).isEqualTo(said.hash());
    assertThat(here(1, G1, said)).isEmpty();
    Here hiding = saying("a1", Status.BUSY, "{}", 7, true, 8);
    here(2, G1, hiding);
    assertThat(roster.hash(G1)).isEqualTo(hiding.hash()).isNotEqualTo(said.hash());
    gone(2, G1, "a1", true);
    assertThat(gone(3, G1, "a1", true)).isEmpty();
    assertThat(roster.hash(G1)).isEqualTo(RosterHash.EMPTY);
  }

  @Test
  void whoHidesIsNotSeenAtAll() {
    assertThat(here(0, G1, saying("a1", Status.ONLINE, null, 0, true, 1))).isEmpty();
    assertThat(roster.shown(null)).isEmpty();
    assertThat(roster.shows(ANN, "a1")).isFalse();
    assertThat(gone(5, G1, "a1", false)).containsExactly(new Effect.Ended(ANN, "a1"));
    assertThat(roster.on(new Input.Tick(), 6000)).isEmpty();
    assertThat(roster.hides(ANN)).isFalse();
  }

  @Test
  void whomAnotherOwnerShowedStaysUntilClaimedOrTheGraceIsOver() {
    Presence bob = new Presence(BOB, "Bob", Status.BUSY, null, List.of("desktop"), 7L);
    Presence ann = new Presence(ANN, "Ann", Status.ONLINE, null, List.of("desktop"), 8L);
    assertThat(roster.on(new Input.Announced(G1, true, List.of(), List.of(), List.of(ann, bob)), 100))
        .containsExactly(new Effect.Joined(ANN), new Effect.Joined(BOB));
    assertThat(here(200, G2, ann("a1", "desktop"))).as("claimed").isEmpty();
    assertThat(roster.look(BOB)).map(Presence::status).contains(Status.BUSY);
    assertThat(roster.on(new Input.Tick(), 8099)).isEmpty();
    assertThat(roster.on(new Input.Tick(), 8100)).containsExactly(new Effect.Left(BOB, 100));
    assertThat(gone(8200, G2, "a1", true)).contains(new Effect.Left(ANN, 8200));
  }

  @Test
  void hearsayTellsNothingOfWhoIsKnownHere() {
    here(0, G1, saying("a1", Status.ONLINE, null, 0, true, 1));
    assertThat(roster.on(new Input.Announced(G2, true, List.of(), List.of(),
        List.of(new Presence(ANN, null, Status.ONLINE, null, List.of("desktop"), 1L))), 1)).isEmpty();
    assertThat(roster.size()).isZero();
  }

  private static Here ann(String id, String device) {
    return new Here(id, ANN, "Ann", device, false);
  }

  private static Here saying(String id, Status status, String metadata, long metadataAt, boolean hidden, long hiddenAt) {
    return new Here(id, ANN, "Ann", "desktop", hidden, hiddenAt, status, metadata, metadataAt);
  }

  private List<Effect> here(long now, NodeId gateway, Here... connections) {
    return roster.on(new Input.Announced(gateway, false, List.of(connections), List.of(), List.of()), now);
  }

  private List<Effect> gone(long now, NodeId gateway, String connection, boolean clean) {
    return roster.on(new Input.Announced(gateway, false, List.of(), List.of(new Gone(connection, ANN, clean)), List.of()), now);
  }
}
