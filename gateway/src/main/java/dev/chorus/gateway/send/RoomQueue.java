package dev.chorus.gateway.send;

import dev.chorus.bus.Owners;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The messages of one room in order: those under way, at most one batch, and those behind them. Bounded by {@link Sends}. Where nothing goes on, nobody waits longer than the
 * patience; behind others that go on slowly, a burst may wait longer before it has its turn. Whoever has waited too long is told so, and was surely not carried out.
 */
final class RoomQueue {
  private static final long PATIENCE_MS = 3_000;
  /** Also behind a slow owner; with the time that a batch may take it stays below what callers by HTTP wait. */
  private static final long LONGEST_MS = 8_000;
  private final RoomId room;
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private List<Outgoing> underWay = List.of();
  private boolean paused;
  /** When the owner last carried something out here. */
  private long wentOnAt = Long.MIN_VALUE / 2;

  RoomQueue(RoomId room) {
    this.room = room;
  }

  RoomId room() {
    return room;
  }

  void add(Outgoing outgoing) {
    waiting.add(outgoing);
  }

  /** The next ones go under way. */
  List<Outgoing> take(int max) {
    underWay = new ArrayList<>(Math.min(max, waiting.size()));
    while (!waiting.isEmpty() && underWay.size() < max)
      underWay.add(waiting.poll());
    return underWay;
  }

  /** The batch came back: those without a verdict stand in front again. True when there are any. */
  boolean landed(long now) {
    List<Outgoing> back = underWay;
    underWay = List.of();
    boolean again = false;
    for (Outgoing outgoing : back.reversed()) {
      if (outgoing.verdict.future().isComplete()) {
        wentOnAt = isDone(outgoing.verdict.future()) ? now : wentOnAt;
      } else {
        waiting.addFirst(outgoing);
        again = true;
      }
    }
    expire(now);
    return again;
  }

  /** Gives up those that have waited too long: they are in front, since who came first is too late first. True when none is left. */
  boolean expire(long now) {
    while (!waiting.isEmpty() && isTooLate(waiting.peek().at, now))
      waiting.poll().verdict.fail(Owners.unavailable().refusal());
    return waiting.isEmpty();
  }

  /** Carried out, or refused for good: others behind it will be, too. */
  private static boolean isDone(Future<?> verdict) {
    return verdict.succeeded() || !Refusal.problemOf(verdict.cause()).retryable();
  }

  private boolean isTooLate(long at, long now) {
    return now >= Math.max(at, wentOnAt) + PATIENCE_MS || now >= at + LONGEST_MS;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  boolean isUnderWay() {
    return paused || !underWay.isEmpty();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
