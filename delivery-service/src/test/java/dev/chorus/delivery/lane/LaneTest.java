package dev.chorus.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.delivery.lane.Effect.Abandon;
import dev.chorus.delivery.lane.Effect.Answer;
import dev.chorus.delivery.lane.Effect.Connect;
import dev.chorus.delivery.lane.Effect.Run;
import dev.chorus.delivery.lane.Outcome.Refused;
import dev.chorus.delivery.lane.Outcome.Stored;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final LaneLimits LIMITS = new LaneLimits(3, 1 << 20, 4, 2000, 1000);
  private final Lane lane = new Lane(LIMITS);

  @Test
  void anIdleLaneSendsAtOnceAndCollectsWhileOneIsUnderWay() {
    lane.connected(0);
    Draft first = draft("1", "x");
    offer(first);
    assertThat(lane.proceed(0)).containsExactly(new Run(Batch.of(List.of(first))));
    Draft second = draft("2", "x");
    Draft third = draft("3", "x");
    offer(second);
    offer(third);
    assertThat(lane.proceed(0)).isEmpty();
    List<Outcome> stored = List.of(new Stored("1", 1, 0, false));
    assertThat(lane.committed(stored, 0)).containsExactly(new Answer(List.of(first), stored), new Run(Batch.of(List.of(second, third))));
  }

  @Test
  void aFullLaneRefusesAndSaysThatARepeatMaySucceed() {
    for (int i = 0; i < 3; i++)
      offer(draft("" + i, "x"));
    Answer answer = (Answer) lane.offer(draft("4", "x")).getFirst();
    assertThat(((Refused) answer.outcomes().getFirst()).problem()).isEqualTo(Lane.BUSY);
    assertThat(Lane.BUSY.retryable()).isTrue();
  }

  @Test
  void aBatchIsBoundedByItsWeightButAHeavyRowGoesAlone() {
    Draft heavy = draft("1", "x".repeat(5000));
    Draft light = draft("2", "x");
    offer(heavy);
    offer(light);
    assertThat(lane.connected(0)).containsExactly(new Run(Batch.of(List.of(heavy))));
  }

  @Test
  void namedRecipientsWeighToo() {
    List<UserId> many = IntStream.range(0, 100).mapToObj(i -> new UserId("user-" + i)).toList();
    Draft heavy = draft("1", "x", many);
    Draft light = draft("2", "x");
    offer(heavy);
    offer(light);
    assertThat(lane.connected(0)).containsExactly(new Run(Batch.of(List.of(heavy))));
  }

  @Test
  void aMessageThatIsTwiceInABatchMakesItACarefulOne() {
    offer(draft("1", "x"));
    offer(new Draft(draft("1", "x").append(), "other id", 100, outcome -> {}));
    assertThat(((Run) lane.connected(0).getFirst()).batch().careful()).isTrue();
  }

  @Test
  void anUnknownOutcomeIsRepeatedCarefullyOverTheNextConnection() {
    lane.connected(0);
    offer(draft("1", "x"));
    lane.proceed(0);
    assertThat(lane.lost()).containsExactly(new Connect(0));
    Batch again = ((Run) lane.connected(10).getFirst()).batch();
    assertThat(again.careful()).isTrue();
    assertThat(again.unknown()).isTrue();
  }

  @Test
  void aConnectionThatDoesNotAnswerIsGivenUp() {
    lane.connected(0);
    offer(draft("1", "x"));
    lane.proceed(0);
    assertThat(lane.expire(999)).isEmpty();
    assertThat(lane.expire(1000)).containsExactly(new Abandon(), new Connect(0));
  }

  @Test
  void withoutAConnectionEverybodyHearsInTimeAndTheUncertainHearThatItIsUncertain() {
    lane.connected(0);
    Draft sent = draft("1", "x");
    Draft waits = draft("2", "x");
    offer(sent);
    lane.proceed(0);
    offer(waits);
    lane.lost();
    assertThat(lane.expire(1499)).isEmpty();
    assertThat(lane.expire(1500)).containsExactly(new Answer(List.of(sent), List.of(new Refused(Lane.UNKNOWN))),
        new Answer(List.of(waits), List.of(new Refused(Lane.UNAVAILABLE))));
    assertThat(lane.isIdle()).isTrue();
  }

  @Test
  void aBatchThatBreaksEveryConnectionIsNotRepeatedForEver() {
    lane.connected(0);
    Draft draft = draft("1", "x");
    offer(draft);
    lane.proceed(0);
    lane.lost();
    assertThat(lane.connected(700)).hasSize(1);
    lane.lost();
    assertThat(lane.connected(1500)).containsExactly(new Answer(List.of(draft), List.of(new Refused(Lane.UNKNOWN))));
  }

  @Test
  void attemptsToConnectBackOffToABound() {
    assertThat(List.of(lane.notConnected(), lane.notConnected(), lane.notConnected()).stream().map(List::getFirst)).containsExactly(
        new Connect(50),
        new Connect(100), new Connect(200));
    for (int i = 0; i < 50; i++)
      lane.notConnected();
    assertThat(lane.notConnected()).containsExactly(new Connect(400));
  }

  @Test
  void aBadRowIsFoundByHalvingAndTheOrderIsKept() {
    Draft[] drafts = {draft("1", "x"), draft("2", "bad"), draft("3", "x")};
    for (Draft draft : drafts)
      offer(draft);
    lane.connected(0);
    Problem bad = Problem.badRequest("bad");
    assertThat(lane.refusedForData(bad, 0)).containsExactly(new Run(Batch.of(List.of(drafts[0]))));
    assertThat(lane.committed(List.of(new Stored("1", 1, 0, false)), 0)).contains(new Run(Batch.of(List.of(drafts[1], drafts[2]))));
    assertThat(lane.refusedForData(bad, 0)).containsExactly(new Run(Batch.of(List.of(drafts[1]))));
    assertThat(lane.refusedForData(bad, 0)).containsExactly(new Answer(List.of(drafts[1]), List.of(new Refused(bad))),
        new Run(Batch.of(List.of(drafts[2]))));
  }

  private void offer(Draft draft) {
    assertThat(lane.offer(draft)).isEmpty();
  }

  private static Draft draft(String id, String content) {
    return draft(id, content, null);
  }

  private static Draft draft(String id, String content, List<UserId> to) {
    Send send = new Send(new RoomId("room"), content, id, Send.Priority.NORMAL, Send.Guarantee.AT_LEAST_ONCE, to, Send.Role.USER, null,
        null, true, null);
    return new Draft(new Append(new UserId("ada"), false, send), id, 1500, outcome -> {});
  }
}
