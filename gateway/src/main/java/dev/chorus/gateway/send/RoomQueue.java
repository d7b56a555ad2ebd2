package dev.chorus.gateway.send;

import dev.chorus.bus.Owners;
import dev.chorus.model.RoomId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The messages of one room in order: those under way, at most one batch, and those behind them. Bounded by {@link Sends}. */
final class RoomQueue {
  private final RoomId room;
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private List<Outgoing> underWay = List.of();
  private boolean paused;

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
      if (outgoing.verdict.future().isComplete())
        continue;
      waiting.addFirst(outgoing);
      again = true;
    }
    expire(now);
    return again;
  }

  /** Gives up those that have waited too long: they are in front, since all wait equally long. True when none is left. */
  boolean expire(long now) {
    while (!waiting.isEmpty() && now >= waiting.peek().deadline)
      waiting.poll().verdict.fail(Owners.unavailable().refusal());
    return waiting.isEmpty();
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
