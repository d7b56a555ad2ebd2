package dev.chorus.presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId G2 = new NodeId("g2");
  private static final UserId ANN = new UserId("ann");
  private final Roster roster = new Roster(new Grace(5000, 3000));

  @Test
  void theFirstConnectionJoinsAndTheLastCleanOneLeavesAtOnce() {
    assertThat(here(0, connection("a1", G1, "desktop"))).hasExactlyElementsOfTypes(Effect.Joined.class);
    assertThat(here(1, connection("a2", G2, "mobile"))).isEmpty();
    assertThat(gone(2, G1, "a1", true)).isEmpty();
    assertThat(gone(3, G2, "a2", true)).containsExactly(new Effect.Left(ANN, 3));
    assertThat(roster.participants(4)).isEmpty();
    assertThat(roster.nextTick()).isEmpty();
  }

  @Test
  void aBrokenConnectionLeavesAfterTheGraceWithTheTimeItWasLastSeen() {
    here(0, connection("a1", G1, "desktop"));
    assertThat(gone(100, G1, "a1", false)).isEmpty();
    assertThat(roster.nextTick()).isEqualTo(OptionalLong.of(5100));
    assertThat(roster.on(new Input.Tick(), 5099)).isEmpty();
    assertThat(roster.participants(5099)).extracting(Presence::lastSeen).containsExactly(100L);
    assertThat(roster.on(new Input.Tick(), 5100)).containsExactly(new Effect.Left(ANN, 100));
  }

  @Test
  void whoComesBackWithinTheGraceIsNotShownAtAllAndThenLeavesAtOnce() {
    here(0, connection("a1", G1, "desktop"));
    roster.on(new Input.GatewayLost(G1), 100);
    assertThat(here(4000, connection("a9", G2, "desktop"))).isEmpty();
    assertThat(roster.on(new Input.Tick(), 9000)).isEmpty();
    assertThat(gone(9001, G2, "a9", true)).containsExactly(new Effect.Left(ANN, 9001));
  }

  @Test
  void aCleanGoodbyeOfAConnectionThatCountedAsBrokenEndsItsGrace() {
    here(0, connection("a1", G1, "desktop"));
    roster.on(new Input.GatewayLost(G1), 100);
    assertThat(gone(200, G1, "a1", true)).containsExactly(new Effect.Left(ANN, 100));
  }

  @Test
  void devicesOfAUserAreMergedAndSorted() {
    here(0, connection("a1", G1, "mobile"));
    here(1, connection("a2", G1, "desktop"));
    here(2, connection("a3", G2, "mobile"));
    assertThat(roster.participants(7))
        .containsExactly(new Presence(ANN, "Ann", Presence.Status.ONLINE, null, List.of("desktop", "mobile"), 7L));
  }

  @Test
  void aFullAnnouncementReplacesWhatTheGatewayHadAndNothingElse() {
    here(0, connection("a1", G1, "desktop"));
    here(0, new Connection("b1", G2, new UserId("bob"), null, "desktop", false));
    roster.on(new Input.Announced(G1, true, false, List.of(), List.of()), 10);
    assertThat(roster.on(new Input.Tick(), 5010)).containsExactly(new Effect.Left(ANN, 10));
    assertThat(roster.participants(5011)).extracting(Presence::user).containsExactly(new UserId("bob"));
  }

  @Test
  void repeatingAnAnnouncementChangesNothing() {
    here(0, connection("a1", G1, "desktop"));
    long hash = roster.hash(G1);
    assertThat(here(1, connection("a1", G1, "desktop"))).isEmpty();
    assertThat(roster.hash(G1)).isEqualTo(hash).isEqualTo(RosterHash.pair("a1", ANN));
    gone(2, G1, "a1", true);
    assertThat(gone(3, G1, "a1", true)).isEmpty();
    assertThat(roster.hash(G1)).isEqualTo(RosterHash.EMPTY);
  }

  @Test
  void aHiddenUserIsNotSeenAndHidingLooksLikeLeaving() {
    Connection hidden = new Connection("a1", G1, ANN, "Ann", "desktop", true);
    assertThat(here(0, hidden)).isEmpty();
    assertThat(type(1, "a1", null, true)).isEmpty();
    assertThat(roster.participants(1)).isEmpty();
    assertThat(here(2, connection("a1", G1, "desktop"))).hasExactlyElementsOfTypes(Effect.Joined.class);
    type(3, "a1", null, true);
    assertThat(here(4, hidden)).containsExactly(new Effect.TypingStopped(ANN, null), new Effect.Left(ANN, 4));
    assertThat(gone(5, G1, "a1", false)).isEmpty();
    assertThat(roster.on(new Input.Tick(), 6000)).isEmpty();
  }

  @Test
  void typingGoesOnWithEachStartAndExpires() {
    here(0, connection("a1", G1, "desktop"));
    assertThat(type(1000, "a1", null, true)).containsExactly(new Effect.TypingStarted(ANN, null, 4000));
    assertThat(type(2000, "a1", null, true)).containsExactly(new Effect.TypingStarted(ANN, null, 5000));
    assertThat(roster.on(new Input.Tick(), 4999)).isEmpty();
    assertThat(roster.on(new Input.Tick(), 5000)).containsExactly(new Effect.TypingStopped(ANN, null));
    assertThat(type(5001, "a1", null, false)).as("nothing to stop").isEmpty();
  }

  @Test
  void typingEndsByStoppingAndWithItsConnectionEvenWhenThatOnlyBroke() {
    here(0, connection("a1", G1, "desktop"), connection("a2", G1, "mobile"));
    type(1, "a1", null, true);
    type(2, "a2", "agent", true);
    assertThat(type(3, "a1", null, false)).containsExactly(new Effect.TypingStopped(ANN, null));
    assertThat(gone(4, G1, "a2", false)).containsExactly(new Effect.TypingStopped(ANN, "agent"));
  }

  @Test
  void whoIsNotInTheRoomCannotTypeThere() {
    assertThat(type(0, "a1", null, true)).isEmpty();
    here(1, connection("a1", G1, "desktop"));
    assertThat(type(2, "other", null, true)).isEmpty();
    gone(3, G1, "a1", false);
    assertThat(type(4, "a1", null, true)).isEmpty();
  }

  @Test
  void oneUserHasABoundedNumberOfTypingIndicators() {
    here(0, connection("a1", G1, "desktop"));
    for (int agent = 0; agent < 100; agent++)
      type(1, "a1", "agent" + agent, true);
    assertThat(gone(2, G1, "a1", true)).filteredOn(Effect.TypingStopped.class::isInstance).hasSize(8);
  }

  private static Connection connection(String id, NodeId gateway, String device) {
    return new Connection(id, gateway, ANN, "Ann", device, false);
  }

  private List<Effect> here(long now, Connection... connections) {
    return roster.on(new Input.Announced(connections[0].gateway(), false, false, List.of(connections), List.of()), now);
  }

  private List<Effect> gone(long now, NodeId gateway, String connection, boolean clean) {
    return roster.on(new Input.Announced(gateway, false, false, List.of(), List.of(new Input.Ended(connection, clean))), now);
  }

  private List<Effect> type(long now, String connection, String agent, boolean on) {
    return roster.on(new Input.Typing(ANN, connection, agent, on), now);
  }
}
