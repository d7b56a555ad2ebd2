package dev.chorus.presence.typing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final NodeId S1 = new NodeId("s1");
  private static final UserId ANN = new UserId("ann");
  private static final Generation FIRST = generation("one");
  private static final Generation SECOND = generation("two");
  private final Answers answers = new Answers(3000);

  @Test
  void anAnswerRunsUntilItsEndAndALateWordOfItChangesNothing() {
    assertThat(answers.runs(S1, FIRST, 0)).isTrue();
    assertThat(answers.runs(S1, FIRST, 1000)).as("said again").isFalse();
    assertThat(answers.end(FIRST.stream(), 2000)).containsExactly(FIRST);
    assertThat(answers.end(FIRST.stream(), 2001)).isEmpty();
    assertThat(answers.runs(S1, FIRST, 2002)).as("it came late").isFalse();
    assertThat(answers.types(ANN, "helper")).isFalse();
    assertThat(answers.due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void anEndThatComesBeforeTheBeginningCounts() {
    assertThat(answers.end(FIRST.stream(), 0)).isEmpty();
    assertThat(answers.runs(S1, FIRST, 1)).isFalse();
  }

  @Test
  void oneOfWhichNothingIsHeardEndsAfterItsLease() {
    answers.runs(S1, FIRST, 0);
    answers.runs(S1, SECOND, 0);
    answers.runs(S1, SECOND, 2000);
    assertThat(answers.expire(4999)).isEmpty();
    assertThat(answers.expire(5000)).containsExactly(FIRST);
    assertThat(answers.expire(7000)).containsExactly(SECOND);
    assertThat(answers.runs(S1, SECOND, 8000)).as("its node was only slow").isTrue();
  }

  @Test
  void answersEndWithTheNodeThatRanThemButNotThoseThatAnotherHasTakenOver() {
    answers.runs(S1, FIRST, 0);
    answers.runs(S1, SECOND, 0);
    answers.runs(new NodeId("s2"), SECOND, 10);
    assertThat(answers.lost(S1::equals)).containsExactly(FIRST);
  }

  @Test
  void clientsAreToldAnewBeforeTheyWouldEndIt() {
    answers.runs(S1, FIRST, 0);
    answers.runs(S1, SECOND, 100);
    assertThat(answers.renew(1999)).isEmpty();
    assertThat(answers.renew(2000)).as("two of the same agent look like one").containsExactly(new Indication.Started(ANN, "helper", 5000));
    assertThat(answers.renew(2001)).isEmpty();
  }

  private static Generation generation(String stream) {
    return new Generation(new RoomId("room"), new StreamId(stream), ANN, "helper");
  }
}
