package dev.chorus.presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.Presence;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final Effect.Joined ANN_JOINED = new Effect.Joined(
      new Presence(new UserId("ann"), null, Presence.Status.ONLINE, null, List.of("desktop"), 0L));
  private static final Effect.Left ANN_LEFT = new Effect.Left(new UserId("ann"), 7);
  private final Window window = new Window(50);

  @Test
  void itClosesItsLengthAfterTheFirstChange() {
    assertThat(window.due()).isEmpty();
    window.add(ANN_JOINED, 100);
    window.add(new Effect.Left(new UserId("bob"), 0), 140);
    assertThat(window.due()).isEqualTo(OptionalLong.of(150));
    assertThat(window.close())
        .isEqualTo(new Window.Changes(List.of(ANN_JOINED.presence()), List.of(new Effect.Left(new UserId("bob"), 0))));
    assertThat(window.due()).isEmpty();
  }

  @Test
  void whoJoinsAndLeavesOrLeavesAndJoinsWithinItIsNotShown() {
    window.add(ANN_JOINED, 0);
    window.add(ANN_LEFT, 1);
    assertThat(window.due()).isEmpty();
    window.add(ANN_LEFT, 2);
    window.add(ANN_JOINED, 3);
    assertThat(window.due()).isEmpty();
  }

  @Test
  void whomASnapshotNamedIsShownJoiningAndLeaving() {
    window.add(ANN_JOINED, 0);
    window.snapshotTaken();
    window.add(ANN_LEFT, 1);
    assertThat(window.close()).isEqualTo(new Window.Changes(List.of(ANN_JOINED.presence()), List.of(ANN_LEFT)));
  }

  @Test
  void leavesCanGoAheadOfJoins() {
    window.add(ANN_JOINED, 0);
    window.add(new Effect.Left(new UserId("bob"), 0), 0);
    assertThat(window.closeLeaves().left()).extracting(Effect.Left::user).containsExactly(new UserId("bob"));
    assertThat(window.close().joined()).hasSize(1);
  }
}
