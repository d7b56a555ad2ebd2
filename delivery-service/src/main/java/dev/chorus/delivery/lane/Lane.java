package dev.chorus.delivery.lane;

import dev.chorus.delivery.lane.Effect.Abandon;
import dev.chorus.delivery.lane.Effect.Answer;
import dev.chorus.delivery.lane.Effect.Connect;
import dev.chorus.delivery.lane.Effect.Run;
import dev.chorus.delivery.lane.Outcome.Refused;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * The order in which the messages of some rooms are appended: one batch at a time, while the next collects. Pure: it says what to do and is told what came of it.
 *
 * <p>Guarantees: each draft is answered exactly once; drafts of a room are appended in the order offered; a batch that failed for its data is halved until the bad row stands
 * alone; a batch whose outcome is unknown is repeated, carefully, before anything behind it; nobody waits much longer than their deadline.
 */
final class Lane {
  static final Problem BUSY = Problem.of(ErrorCode.UNAVAILABLE, "Too many messages are waiting to be stored; try again.");
  static final Problem UNAVAILABLE = Problem.of(ErrorCode.UNAVAILABLE, "Messages cannot be stored at the moment; try again.");
  static final Problem UNKNOWN = Problem.of(ErrorCode.TIMEOUT,
      "It is not known whether the message was stored; send it again with the same clientId.");
  private static final long FIRST_WAIT_MS = 50;
  private static final int MAX_DOUBLINGS = 3;
  private final LaneLimits limits;
  private final Deque<Draft> waiting = new ArrayDeque<>();
  /** What is left of a batch that was halved, in order; it goes before all that waits. */
  private final Deque<Batch> parts = new ArrayDeque<>();
  private long waitingBytes;
  /** Sent and not answered, or to be repeated when there is a connection again. */
  private Batch current;
  private long startedAt;
  private boolean connected;
  private int failedAttempts;

  Lane(LaneLimits limits) {
    this.limits = limits;
  }

  /** Puts a draft behind the others, or refuses it. To be followed by {@link #proceed}, so that what comes together goes together. */
  List<Effect> offer(Draft draft) {
    int bytes = draft.bytes();
    if (waiting.size() >= limits.queueRows() || waitingBytes + bytes > limits.queueBytes())
      return List.of(refuse(List.of(draft), BUSY));
    waiting.add(draft);
    waitingBytes += bytes;
    return List.of();
  }

  /** Sends the next batch if there is one and none is under way. */
  List<Effect> proceed(long now) {
    if (!connected || current != null)
      return List.of();
    if (!parts.isEmpty())
      current = parts.removeFirst();
    else if (!waiting.isEmpty())
      current = Batch.of(collect());
    else
      return List.of();
    startedAt = now;
    return List.of(new Run(current));
  }

  List<Effect> connected(long now) {
    connected = true;
    failedAttempts = 0;
    return current == null ? proceed(now) : repeat(now);
  }

  List<Effect> notConnected() {
    failedAttempts++;
    return List.of(new Connect(FIRST_WAIT_MS << Math.min(failedAttempts - 1, MAX_DOUBLINGS)));
  }

  /** The connection broke: what was under way may have been carried out or not. */
  List<Effect> lost() {
    if (!connected)
      return List.of();
    connected = false;
    if (current != null)
      current = current.withUnknownOutcome();
    return List.of(new Connect(0));
  }

  /** The common way declined the batch, nothing was done. */
  List<Effect> declined(long now) {
    current = current.carefully();
    startedAt = now;
    return List.of(new Run(current));
  }

  /** The batch is committed; one outcome for each of its drafts. */
  List<Effect> committed(List<Outcome> outcomes, long now) {
    return settled(new Answer(current.drafts(), outcomes), now);
  }

  /** Nothing was done, since PostgreSQL refused the data of one of the rows. */
  List<Effect> refusedForData(Problem problem, long now) {
    if (current.drafts().size() == 1)
      return settled(refuse(current.drafts(), problem), now);
    parts.addFirst(current.secondHalf());
    parts.addFirst(current.firstHalf());
    current = null;
    return proceed(now);
  }

  /** Sends it once more, unless its time is over: nothing was done for no fault of its own, or the connection is new. */
  List<Effect> repeat(long now) {
    if (current.deadline() <= now)
      return settled(refuse(current.drafts(), untold(current)), now);
    startedAt = now;
    return List.of(new Run(current));
  }

  /** Nothing was done, and a repeat would not help. */
  List<Effect> refused(Problem problem, long now) {
    return settled(refuse(current.drafts(), current.unknown() ? UNKNOWN : problem), now);
  }

  /** To be called a few times per second: gives up what has waited too long. */
  List<Effect> expire(long now) {
    List<Effect> effects = new ArrayList<>();
    if (connected && current != null && now - startedAt >= limits.answerMs()) {
      effects.add(new Abandon());
      effects.addAll(lost());
    }
    if (!connected && current != null && current.deadline() <= now) {
      effects.add(refuse(current.drafts(), untold(current)));
      current = null;
    }
    while (!parts.isEmpty() && parts.getFirst().deadline() <= now) {
      Batch part = parts.removeFirst();
      effects.add(refuse(part.drafts(), untold(part)));
    }
    List<Draft> late = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.getFirst().deadline() <= now)
      late.add(take());
    if (!late.isEmpty())
      effects.add(refuse(late, UNAVAILABLE));
    return effects;
  }

  /** Whether nothing waits and nothing is under way. */
  boolean isIdle() {
    return current == null && parts.isEmpty() && waiting.isEmpty();
  }

  boolean isConnected() {
    return connected;
  }

  int queued() {
    return waiting.size();
  }

  private List<Effect> settled(Answer answer, long now) {
    current = null;
    List<Effect> effects = new ArrayList<>(2);
    effects.add(answer);
    effects.addAll(proceed(now));
    return effects;
  }

  private List<Draft> collect() {
    List<Draft> drafts = new ArrayList<>(Math.min(waiting.size(), limits.batchRows()));
    long bytes = 0;
    while (!waiting.isEmpty() && drafts.size() < limits.batchRows()) {
      bytes += waiting.getFirst().bytes();
      if (bytes > limits.batchBytes() && !drafts.isEmpty())
        break;
      drafts.add(take());
    }
    return drafts;
  }

  private Draft take() {
    Draft draft = waiting.removeFirst();
    waitingBytes -= draft.bytes();
    return draft;
  }

  private static Problem untold(Batch batch) {
    return batch.unknown() ? UNKNOWN : UNAVAILABLE;
  }

  private static Answer refuse(List<Draft> drafts, Problem problem) {
    return new Answer(drafts, Collections.nCopies(drafts.size(), new Refused(problem)));
  }
}
