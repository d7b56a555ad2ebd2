package dev.chorus.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.delivery.lane.Effect.Abandon;
import dev.chorus.delivery.lane.Effect.Answer;
import dev.chorus.delivery.lane.Effect.Connect;
import dev.chorus.delivery.lane.Effect.Run;
import dev.chorus.delivery.lane.Outcome.Refused;
import dev.chorus.delivery.lane.Outcome.Stored;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever PostgreSQL and the network do, and in whatever order: each draft is answered once, and the answer is true. */
class LaneProperties {
  private static final LaneLimits LIMITS = new LaneLimits(12, 1 << 20, 5, 1 << 16, 1000);
  private static final long PATIENCE = 1500;

  /** What can happen next; what makes no sense at that moment does nothing. */
  enum Step {
    OFFER, OFFER_OTHER_ROOM, OFFER_REPEAT, OFFER_BAD, ANSWER, ANSWER_AGAIN, BREAK_BEFORE_COMMIT, BREAK_AFTER_COMMIT, COLLIDE, REFUSE, CONNECT, FAIL_TO_CONNECT, WAIT
  }

  @Property(tries = 3000)
  void eachDraftIsAnsweredOnceAndTruly(@ForAll @Size(max = 80) List<Step> steps) {
    World world = new World();
    steps.forEach(world::happen);
    world.settle();
    world.check();
  }

  private static final class World {
    final Lane lane = new Lane(LIMITS);
    final ModelLog log = new ModelLog();
    final List<Draft> offered = new ArrayList<>();
    final Map<Draft, List<Outcome>> answers = new LinkedHashMap<>();
    Batch running;
    boolean connecting = true;
    long now;

    void happen(Step step) {
      switch (step) {
        case OFFER -> offer("a", "c" + offered.size(), "text");
        case OFFER_OTHER_ROOM -> offer("b", "c" + offered.size(), "text");
        case OFFER_REPEAT -> offer("a", "c" + offered.size() / 2, "text");
        case OFFER_BAD -> offer("a", "c" + offered.size(), ModelLog.BAD);
        case ANSWER, ANSWER_AGAIN -> answer();
        case BREAK_BEFORE_COMMIT -> disconnect();
        case BREAK_AFTER_COMMIT -> {
          if (running != null && !log.refusesDataOf(running) && !log.declines(running))
            log.append(running);
          disconnect();
        }
        case COLLIDE -> {
          if (take() != null)
            perform(lane.repeat(now));
        }
        case REFUSE -> {
          if (take() != null)
            perform(lane.refused(Lane.UNAVAILABLE, now));
        }
        case CONNECT -> connect(true);
        case FAIL_TO_CONNECT -> connect(false);
        case WAIT -> {
          now += 400;
          perform(lane.expire(now));
        }
      }
    }

    void offer(String room, String clientId, String content) {
      Send send = new Send(new RoomId(room), content, clientId, Send.Priority.NORMAL, Send.Guarantee.AT_LEAST_ONCE, null, Send.Role.USER,
          null, null, true, null);
      Draft draft = new Draft(new Append(new UserId("ada"), false, send), "m" + offered.size(), now + PATIENCE, outcome -> {});
      offered.add(draft);
      perform(lane.offer(draft));
      perform(lane.proceed(now));
      assertThat(lane.queued()).isLessThanOrEqualTo(LIMITS.queueRows());
    }

    void answer() {
      Batch batch = take();
      if (batch == null)
        return;
      if (log.refusesDataOf(batch))
        perform(lane.refusedForData(Problem.badRequest("bad"), now));
      else if (log.declines(batch))
        perform(lane.declined(now));
      else
        perform(lane.committed(log.append(batch), now));
    }

    Batch take() {
      Batch batch = running;
      running = null;
      return batch;
    }

    void disconnect() {
      if (!lane.isConnected())
        return;
      running = null;
      perform(lane.lost());
    }

    void connect(boolean succeeds) {
      if (!connecting)
        return;
      connecting = false;
      perform(succeeds ? lane.connected(now) : lane.notConnected());
    }

    void perform(List<Effect> effects) {
      for (Effect effect : effects) {
        switch (effect) {
          case Run run -> {
            assertThat(running).as("one batch at a time").isNull();
            assertThat(run.batch().drafts()).isNotEmpty().hasSizeLessThanOrEqualTo(LIMITS.batchRows());
            running = run.batch();
          }
          case Answer answer -> {
            for (int i = 0; i < answer.drafts().size(); i++)
              answers.computeIfAbsent(answer.drafts().get(i), d -> new ArrayList<>()).add(answer.outcomes().get(i));
          }
          case Connect connect -> {
            assertThat(connecting).as("one attempt at a time").isFalse();
            connecting = true;
          }
          case Abandon abandon -> running = null;
        }
      }
    }

    void settle() {
      for (int i = 0; i < 10_000 && !lane.isIdle(); i++) {
        connect(true);
        answer();
      }
    }

    void check() {
      assertThat(lane.isIdle()).isTrue();
      Map<String, Long> lastSeq = new HashMap<>();
      Map<String, Integer> made = new HashMap<>();
      for (Draft draft : offered) {
        List<Outcome> outcomes = answers.getOrDefault(draft, List.of());
        assertThat(outcomes).as("answers to %s", draft.messageId()).hasSize(1);
        switch (outcomes.getFirst()) {
          case Stored entry when !entry.duplicate() -> {
            assertThat(log.holds(draft)).isTrue();
            assertThat(entry.seq()).as("order of %s", draft.room()).isGreaterThan(lastSeq.getOrDefault(draft.room(), 0L));
            lastSeq.put(draft.room(), entry.seq());
          }
          case Stored duplicate -> assertThat(log.holds(draft)).isFalse();
          case Outcome.Passed passed -> assertThat(passed).as("every message here is to be stored").isNull();
          case Refused refused -> assertThat(log.holds(draft) && refused.problem().code() != ErrorCode.TIMEOUT)
              .as("told that it was not stored, yet it was").isFalse();
        }
        if (log.holds(draft))
          made.merge(draft.room(), 1, Integer::sum);
      }
      made.forEach((room, count) -> assertThat(log.size(room)).isEqualTo(count));
    }
  }
}
