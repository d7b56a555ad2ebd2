package dev.chorus.presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final UserId ANN = new UserId("ann");
  private static final UserId BOB = new UserId("bob");
  private static final Effect.Left ANN_LEFT = new Effect.Left(ANN, 7);
  private final Window window = new Window(50);

  @Test
  void theFirstChangeIsToldAtOnceAndThoseThatFollowWhenTheWindowCloses() {
    assertThat(due()).isEqualTo(Agenda.NEVER);
    window.joined(ANN);
    assertThat(due()).isLessThanOrEqualTo(0);
    assertThat(close(100)).isEqualTo(new Window.Changes(List.of(ANN), List.of(), List.of()));
    window.left(ANN_LEFT);
    window.joined(BOB);
    assertThat(due()).isEqualTo(150);
    assertThat(close(150)).isEqualTo(new Window.Changes(List.of(BOB), List.of(), List.of(ANN_LEFT)));
    assertThat(due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whoJoinsAndLeavesWithinItIsNotShownAndWhoLeavesAndJoinsMayLookDifferent() {
    window.joined(ANN);
    window.left(ANN_LEFT);
    assertThat(due()).isEqualTo(Agenda.NEVER);
    window.left(ANN_LEFT);
    window.joined(ANN);
    assertThat(close(0)).isEqualTo(new Window.Changes(List.of(), List.of(ANN), List.of()));
  }

  @Test
  void aChangeOfWhoIsYetToBeShownOrHasLeftIsNotShownByItself() {
    window.joined(ANN);
    window.changed(ANN);
    window.changed(BOB);
    window.left(new Effect.Left(BOB, 3));
    assertThat(close(0)).isEqualTo(new Window.Changes(List.of(ANN), List.of(), List.of(new Effect.Left(BOB, 3))));
  }

  @Test
  void whileTheyAreCountedComingAndGoingIsHeldAndItsDifferenceToldAfterwards() {
    window.left(ANN_LEFT);
    window.joined(BOB);
    window.changed(new UserId("eve"));
    assertThat(window.surplus()).isZero();
    assertThat(window.close(true, 0, 10)).isEqualTo(new Window.Changes(List.of(), List.of(new UserId("eve")), List.of()));
    assertThat(window.due(true, 0)).isEqualTo(Agenda.NEVER);
    assertThat(window.isUntold(BOB)).isTrue();
    assertThat(close(60)).isEqualTo(new Window.Changes(List.of(BOB), List.of(), List.of(ANN_LEFT)));
  }

  @Test
  void asManyJoinsAsThereIsRoomForAreToldEvenWhileTheRestIsCounted() {
    window.joined(ANN);
    window.joined(BOB);
    assertThat(window.close(true, 1, 0).joined()).containsExactly(ANN);
    assertThat(window.due(true, 0)).isEqualTo(Agenda.NEVER);
  }

  private long due() {
    return window.due(false, 0);
  }

  private Window.Changes close(long now) {
    return window.close(false, 0, now);
  }
}
