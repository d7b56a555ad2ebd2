package dev.chorus.gateway.receipt;

import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One user's marks in one room: one is under way, those behind it become one, so a flood of them is two at most. Pure but for the promises. */
final class MarkLine {
  /** Marks that cannot be merged, one after the other. */
  private static final int MAX_STEPS = 64;
  private static final int MAX_WAITING = 1024;
  final Place place;
  private final Deque<Step> steps = new ArrayDeque<>(2);
  private Step underWay;
  private int waiting;

  record Place(RoomId room, UserId user) {}

  /** One mark, and who waits until it is stored. */
  static final class Step {
    final long deadline;
    private final List<Promise<Void>> waiters = new ArrayList<>(1);
    private final boolean merges;
    private Mark mark;

    Step(Mark mark, boolean merges, long deadline) {
      this.mark = mark;
      this.merges = merges;
      this.deadline = deadline;
    }

    Mark mark() {
      return mark;
    }
  }

  MarkLine(Place place) {
    this.place = place;
  }

  /**
   * Puts the mark behind those that wait, or into the last of them.
   *
   * @param merges it may become one with others: nothing of it is lost, and none of them can be refused without the others
   * @return empty when too much waits
   */
  Optional<Future<Void>> add(Mark mark, boolean merges, long deadline) {
    Step last = steps.peekLast();
    if (waiting >= MAX_WAITING)
      return Optional.empty();
    if (last == null || !last.merges || !merges) {
      if (steps.size() >= MAX_STEPS)
        return Optional.empty();
      last = new Step(mark, merges, deadline);
      steps.add(last);
    } else {
      last.mark = merged(last.mark, mark);
    }
    Promise<Void> stored = Promise.promise();
    last.waiters.add(stored);
    waiting++;
    return Optional.of(stored.future());
  }

  private static Mark merged(Mark one, Mark other) {
    return new Mark(one.room(), one.user(), further(one.delivered(), other.delivered()), further(one.read(), other.read()), null, null);
  }

  private static Long further(Long one, Long other) {
    if (one == null || other == null)
      return one == null ? other : one;
    return Math.max(one, other);
  }

  /** Whether a mark that merges would cost nothing more than those that wait. */
  boolean isGathering() {
    Step last = steps.peekLast();
    return last != null && last.merges && waiting < MAX_WAITING;
  }

  boolean isReady() {
    return underWay == null && !steps.isEmpty();
  }

  /** The next one goes under way. */
  void take() {
    underWay = steps.poll();
  }

  Step underWay() {
    return underWay;
  }

  /** What was under way was not carried out, and is the next again. */
  void back() {
    steps.addFirst(underWay);
    underWay = null;
  }

  /** What was under way is stored, or refused. */
  void done(Problem refusal) {
    Step done = underWay;
    underWay = null;
    waiting -= done.waiters.size();
    for (Promise<Void> waiter : done.waiters) {
      if (refusal == null)
        waiter.complete();
      else
        waiter.fail(refusal.refusal());
    }
  }

  boolean isEmpty() {
    return underWay == null && steps.isEmpty();
  }
}
