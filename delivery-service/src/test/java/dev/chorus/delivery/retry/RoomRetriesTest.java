package dev.chorus.delivery.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomRetriesTest {
  private static final UserId ADA = new UserId("ada");
  private static final UserId BOB = new UserId("bob");
  /** The waits are as long as they can be. */
  private static final double LONGEST = 0.999_999_999;
  private final RoomRetries retries = new RoomRetries(new RetryPolicy(30_000, 5, 1000, 60_000, 2), () -> LONGEST);

  private static Message message(long seq, long at) {
    return new Message(seq, "m-" + seq, ADA, at, null);
  }

  /** Looks at bob whenever it is time, until the limit; each step as "time seq attempt", or behind what the log is to be read on. */
  private List<String> steps(long until) {
    List<String> steps = new ArrayList<>();
    for (long at = retries.wakeAt(BOB); at <= until; at = retries.wakeAt(BOB)) {
      for (Step step : retries.look(BOB, at)) {
        retries.noted(BOB, step.message().seq());
        steps.add(at + " " + step.message().seq() + switch (step) {
          case Step.Again again -> " again " + again.attempt();
          case Step.GiveUp gaveUp -> " failed";
        });
      }
      if (retries.isToReadOn(BOB, at))
        steps.add(at + " read on behind " + retries.readTo(BOB));
    }
    return steps;
  }

  @Test
  void afterThirtySecondsItComesAgainWithGrowingWaitsAndFailsInTheEnd() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    retries.appended(message(1, 1000));
    assertThat(steps(1_000_000)).containsExactly("31999 1 again 1", "33998 1 again 2", "37997 1 again 3", "45996 1 again 4",
        "61995 1 again 5",
        "91995 1 failed");
    assertThat(retries.wakeAt(BOB)).isEqualTo(RoomRetries.NEVER);
  }

  @Test
  void anAckEndsItWheneverItComes() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    retries.appended(message(1, 0));
    retries.appended(message(2, 0));
    retries.marked(BOB, 1);
    assertThat(steps(31_500)).containsExactly("30999 2 again 1");
    retries.marked(BOB, 2);
    assertThat(steps(1_000_000)).isEmpty();
  }

  @Test
  void whoConnectsLaterHasHisTimeFromThenOn() {
    retries.known(message(1, 0));
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 100_000);
    assertThat(steps(130_999)).containsExactly("130999 1 again 1");
  }

  @Test
  void anotherOwnersAttemptsCountAndWhatHasFailedStaysSo() {
    retries.known(message(1, 0));
    retries.known(message(2, 0));
    retries.known(message(3, 0));
    retries.connected(BOB, 0, List.of(new Noted(1, 4, false), new Noted(2, 5, true)), Recipient.ALL, 0);
    assertThat(steps(1_000_000)).filteredOn(step -> step.contains(" 1 ")).containsExactly("15999 1 again 5", "45999 1 failed");
    assertThat(steps(1_000_000)).noneMatch(step -> step.contains(" 2 "));
  }

  @Test
  void onlyRecipientsAreTried() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    retries.connected(ADA, 0, List.of(), Recipient.ALL, 0);
    retries.appended(new Message(1, "m-1", ADA, 0, Set.of(new UserId("cyn"))));
    retries.appended(new Message(2, "m-2", BOB, 0, null));
    assertThat(steps(1_000_000)).isEmpty();
    assertThat(retries.look(ADA, 32_000)).isEmpty();
    assertThat(retries.look(ADA, 34_000)).map(step -> step.message().seq()).containsExactly(2L);
  }

  @Test
  void whatTheSenderAsksForIsTriedAtOnce() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    retries.appended(message(1, 0));
    steps(1_000_000);
    assertThat(retries.asked(BOB, message(1, 0), 2_000_000)).isEqualTo(2_000_000);
    assertThat(retries.look(BOB, 2_000_000)).containsExactly(new Step.Again(BOB, message(1, 0), 1, true));
    retries.cancelled(1);
    assertThat(steps(9_000_000)).isEmpty();
  }

  @Test
  void aStepThatCouldNotBeNotedIsDoneLater() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    retries.appended(message(1, 0));
    Step first = retries.look(BOB, 30_000).isEmpty() ? retries.look(BOB, 31_000).getFirst() : null;
    assertThat(retries.look(BOB, 39_999)).as("nothing follows that could overtake it").isEmpty();
    assertThat(retries.undone(first, 40_000)).isEqualTo(40_000);
    assertThat(retries.look(BOB, 40_000)).containsExactly(first);
  }

  @Test
  void whoLeavesIsNotTriedAndManyLateMessagesDoNotStopTheOthers() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    for (int seq = 1; seq <= 400; seq++)
      retries.appended(message(seq, 0));
    assertThat(steps(1_000_000)).filteredOn(step -> step.endsWith("failed")).hasSize(400);
    retries.appended(message(401, 0));
    retries.disconnected(BOB);
    assertThat(retries.look(BOB, 9_000_000)).isEmpty();
    assertThat(retries.isEmpty()).isTrue();
  }

  @Test
  void whereNothingIsTriedOfItselfTheSendersWishIsDoneOnce() {
    RoomRetries none = new RoomRetries(new RetryPolicy(30_000, 0, 1000, 60_000, 2), () -> LONGEST);
    none.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    none.appended(message(1, 0));
    none.look(BOB, none.wakeAt(BOB));
    assertThat(none.look(BOB, none.wakeAt(BOB))).containsExactly(new Step.GiveUp(BOB, message(1, 0), 0));
    none.asked(BOB, message(1, 0), 50_000);
    assertThat(none.look(BOB, 50_000)).containsExactly(new Step.Again(BOB, message(1, 0), 1, true));
    none.noted(BOB, 1);
    assertThat(none.look(BOB, none.wakeAt(BOB))).containsExactly(new Step.GiveUp(BOB, message(1, 0), 1));
    assertThat(none.wakeAt(BOB)).isEqualTo(RoomRetries.NEVER);
  }

  @Test
  void whoIsFarBehindIsTriedPartByPart() {
    retries.known(message(1, 0));
    retries.known(message(2, 0));
    retries.connected(BOB, 0, List.of(), 2, 0);
    retries.appended(message(9, 1000));
    assertThat(steps(1_000_000)).startsWith("30000 read on behind 2", "30999 1 again 1", "30999 2 again 1").endsWith("90995 2 failed")
        .noneMatch(step -> step.contains(" 9 ") || (step.contains(" read on ") && !step.startsWith("30000")));
    retries.known(message(3, 0));
    assertThat(retries.readOn(BOB, List.of(new Noted(4, 5, true)), 4, 2_000_000)).as("they have their time, too").isEqualTo(2_030_000);
    assertThat(steps(2_031_000)).containsExactly("2030000 read on behind 4", "2030999 3 again 1");
    retries.known(message(9, 1000));
    assertThat(retries.readOn(BOB, List.of(), Recipient.ALL, 2_100_000)).isLessThan(2_130_000);
    assertThat(steps(3_000_000)).contains("2130999 9 again 1").noneMatch(step -> step.contains("read on"));
  }

  @Test
  void whoAcksWhatWasReadIsReadForFromThere() {
    retries.known(message(1, 0));
    retries.connected(BOB, 0, List.of(), 1, 0);
    retries.marked(BOB, 7);
    assertThat(retries.isToReadOn(BOB, 29_999)).as("not more often than messages have their time").isFalse();
    assertThat(steps(1_000_000)).containsExactly("30000 read on behind 7");
    retries.disconnected(BOB);
    assertThat(retries.readTo(BOB)).isEqualTo(RoomRetries.UNREAD);
    assertThat(retries.isEmpty()).isTrue();
  }

  @Test
  void whoIsFarBehindDoesNotKeepWhatOthersHaveHad() {
    UserId cyn = new UserId("cyn");
    for (int seq = 1; seq <= 1000; seq++)
      retries.known(message(seq, 0));
    retries.connected(BOB, 0, List.of(), 1000, 0);
    retries.connected(cyn, 5000, List.of(), Recipient.ALL, 0);
    for (long seq = 5001; seq <= 8000; seq++) {
      retries.appended(message(seq, seq * 1000));
      retries.marked(cyn, seq - 1);
      retries.look(cyn, seq * 1000);
    }
    // Each is looked at once in thirty seconds.
    assertThat(retries.kept()).isBetween(1001, 1100);
  }

  @Test
  void whatIsAppendedWhileTheLogIsReadIsNotForgotten() {
    UserId cyn = new UserId("cyn");
    retries.connected(cyn, 0, List.of(), Recipient.ALL, 0);
    retries.comes(BOB);
    retries.appended(message(1, 0));
    retries.marked(cyn, 1);
    retries.look(cyn, 30_000);
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 30_000);
    assertThat(steps(1_000_000)).first().isEqualTo("60999 1 again 1");
  }

  @Test
  void whoNeverAcksIsNotRememberedForEver() {
    retries.connected(BOB, 0, List.of(), Recipient.ALL, 0);
    for (long seq = 1; seq <= 50_000; seq++) {
      retries.appended(message(seq, seq * 1000));
      retries.look(BOB, seq * 1000).forEach(step -> retries.noted(BOB, step.message().seq()));
    }
    // At most 4,096 messages, 256 that are tried, and of each of those in the log one decision.
    assertThat(retries.kept()).isLessThanOrEqualTo(2 * 4096 + 256);
  }
}
