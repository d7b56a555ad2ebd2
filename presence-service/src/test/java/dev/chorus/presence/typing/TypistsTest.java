package dev.chorus.presence.typing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import org.junit.jupiter.api.Test;

class TypistsTest {
  private static final UserId ANN = new UserId("ann");
  private final Typists typists = new Typists(3000);

  @Test
  void typingGoesOnWithEachStartAndExpires() {
    assertThat(typists.start(ANN, null, "a1", 1000)).containsExactly(new Indication.Started(ANN, null, 4000));
    assertThat(typists.start(ANN, null, "a1", 2000)).containsExactly(new Indication.Started(ANN, null, 5000));
    assertThat(typists.expire(4999)).isEmpty();
    assertThat(typists.expire(5000)).containsExactly(new Indication.Stopped(ANN, null));
    assertThat(typists.stop(ANN, null)).as("nothing to stop").isEmpty();
    assertThat(typists.nextExpiry()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void itEndsByStoppingWithItsConnectionAndWithItsUser() {
    typists.start(ANN, null, "a1", 1);
    typists.start(ANN, "agent", "a2", 2);
    typists.start(ANN, "other", "a3", 3);
    assertThat(typists.stop(ANN, null)).containsExactly(new Indication.Stopped(ANN, null));
    assertThat(typists.ended(ANN, "a2")).containsExactly(new Indication.Stopped(ANN, "agent"));
    assertThat(typists.stop(ANN)).containsExactly(new Indication.Stopped(ANN, "other"));
  }

  @Test
  void oneUserHasABoundedNumberOfIndicators() {
    for (int agent = 0; agent < 100; agent++)
      typists.start(ANN, "agent" + agent, "a1", 1);
    assertThat(typists.stop(ANN)).hasSize(8);
    assertThat(typists.start(ANN, "again", "a1", 2)).hasSize(1);
  }
}
