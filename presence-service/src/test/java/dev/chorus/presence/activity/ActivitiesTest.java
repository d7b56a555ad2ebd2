package dev.chorus.presence.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.model.Activity;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import dev.chorus.protocol.Event.ActivityUpdate.Doing;
import org.junit.jupiter.api.Test;

class ActivitiesTest {
  private static final UserId ANN = new UserId("ann");
  private static final Generation ANSWER = new Generation(new RoomId("room"), new StreamId("s"), ANN, "helper");
  private final Activities activities = new Activities();

  @Test
  void theLastValueOfHalfASecondWinsAndAFloodIsNotPutOffForEver() {
    for (int at = 0; at < 500; at++)
      activities.set(ANN, "a1", at % 2 == 0 ? Activity.EDITING : Activity.VIEWING, null, at);
    assertThat(activities.close(499)).isEmpty();
    assertThat(activities.due()).isEqualTo(500);
    assertThat(activities.close(500)).containsExactly(new Doing(ANN, Activity.VIEWING, null, 500));
    assertThat(activities.shown(ANN)).isEqualTo("VIEWING");
    activities.set(ANN, "a1", Activity.VIEWING, null, 600);
    assertThat(activities.close(1100)).as("nothing new").isEmpty();
    activities.set(ANN, "a1", Activity.VIEWING, "{\"page\":3}", 1200);
    assertThat(activities.close(1700)).containsExactly(new Doing(ANN, Activity.VIEWING, "{\"page\":3}", 1700));
  }

  @Test
  void aUserThinksWhileAnAgentAnswersAndThenDoesWhatTheyDidBefore() {
    activities.set(ANN, "a1", Activity.EDITING, null, 0);
    activities.close(500);
    activities.thinks(ANSWER, 1000);
    assertThat(activities.close(1500))
        .containsExactly(new Doing(ANN, Activity.THINKING, "{\"agentId\":\"helper\",\"streamId\":\"s\"}", 1500));
    activities.thought(ANSWER, 2000);
    assertThat(activities.close(2500)).containsExactly(new Doing(ANN, Activity.EDITING, null, 2500));
  }

  @Test
  void whatAnotherOwnerHasShownStaysForThoseWhoSayItAgainAndEndsForTheOthers() {
    UserId bob = new UserId("bob");
    UserId eve = new UserId("eve");
    activities.told(ANN, "EDITING", 0);
    activities.told(bob, "TYPING", 0);
    activities.told(eve, "VIEWING", 0);
    activities.told(new UserId("dan"), null, 0);
    activities.told(ANN, "VIEWING", 100);
    assertThat(activities.shown(ANN)).isEqualTo("EDITING");
    activities.set(ANN, "a1", Activity.EDITING, null, 1000);
    activities.ended(eve, "e1", 1000);
    activities.gone(eve);
    assertThat(activities.close(2999)).isEmpty();
    assertThat(activities.close(3000)).containsExactly(new Doing(bob, Activity.IDLE, null, 3000));
    assertThat(activities.shown(ANN)).isEqualTo("EDITING");
    assertThat(activities.due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whatAnotherOwnerHasShownMayEndBeforeItIsBelievedNoMore() {
    activities.told(ANN, "EDITING", 0);
    activities.set(ANN, "a1", Activity.EDITING, null, 100);
    activities.ended(ANN, "a1", 700);
    assertThat(activities.close(1200)).containsExactly(new Doing(ANN, Activity.IDLE, null, 1200));
    assertThat(activities.close(5000)).isEmpty();
    assertThat(activities.due()).isEqualTo(Agenda.NEVER);
  }

  @Test
  void whatWasSaidThroughAConnectionEndsWithIt() {
    activities.set(ANN, "a1", Activity.EDITING, null, 0);
    activities.close(500);
    activities.ended(ANN, "a2", 600);
    assertThat(activities.due()).isEqualTo(Agenda.NEVER);
    activities.ended(ANN, "a1", 600);
    assertThat(activities.close(1100)).containsExactly(new Doing(ANN, Activity.IDLE, null, 1100));
    assertThat(activities.shown(ANN)).isNull();
  }

  @Test
  void whoLeavesTakesItAlongInSilenceButAnAgentGoesOn() {
    activities.set(ANN, "a1", Activity.EDITING, null, 0);
    activities.gone(ANN);
    assertThat(activities.due()).isEqualTo(Agenda.NEVER);
    activities.thinks(ANSWER, 0);
    activities.close(500);
    activities.gone(ANN);
    assertThat(activities.shown(ANN)).isEqualTo("THINKING");
    activities.thought(ANSWER, 600);
    assertThat(activities.close(1100)).containsExactly(new Doing(ANN, Activity.IDLE, null, 1100));
  }

  @Test
  void whoBeginsAndStopsWithinHalfASecondIsNotShown() {
    activities.thinks(ANSWER, 0);
    activities.thought(ANSWER, 100);
    assertThat(activities.close(500)).isEmpty();
    assertThat(activities.due()).isEqualTo(Agenda.NEVER);
  }
}
