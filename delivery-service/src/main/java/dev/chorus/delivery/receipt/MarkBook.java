package dev.chorus.delivery.receipt;

import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Marks that wait for the next flush, merged: per member the highest of each kind, and everybody who waits for an answer. Pure.
 *
 * <p>Guarantees: each mark is answered exactly once; one above the head is refused and takes nobody else's with it.
 */
final class MarkBook {
  private static final Problem STRANGER = Problem.of(ErrorCode.NOT_MEMBER, "Only members of the room have marks in it; join it first.");
  private static final Problem ABOVE = Problem.badRequest("'seq' is above the head of the room: there is no such entry yet.");
  private static final Problem BUSY = Problem.of(ErrorCode.UNAVAILABLE, "Too many receipts are waiting to be stored; try again.");
  private static final Comparator<Member> ORDER = Comparator.comparing(Member::room).thenComparing(Member::user);
  private final int limit;
  private final TreeMap<Member, Merged> pending = new TreeMap<>(ORDER);
  private int waiting;

  /** @param limit of marks that wait at once */
  MarkBook(int limit) {
    this.limit = limit;
  }

  record Member(String room, String user) {}

  private record Waiting(Mark mark, Consumer<MarkVerdict> answer) {
    boolean isAbove(long head) {
      return (mark.delivered() != null && mark.delivered() > head) || (mark.read() != null && mark.read() > head);
    }

    boolean isCovered(Stored stored) {
      return (mark.delivered() == null || mark.delivered() <= stored.newDelivered())
          && (mark.read() == null || mark.read() <= stored.newRead());
    }
  }

  /** What is flushed for one member. */
  static final class Merged {
    final Member member;
    final List<Waiting> waiting = new ArrayList<>(2);
    Long delivered;
    Long read;
    String metadata;

    Merged(Member member) {
      this.member = member;
    }

    private void add(Waiting one) {
      waiting.add(one);
      Mark mark = one.mark();
      if (mark.delivered() != null && (delivered == null || mark.delivered() > delivered))
        delivered = mark.delivered();
      if (mark.read() != null && (read == null || mark.read() >= read)) {
        read = mark.read();
        metadata = mark.metadata() == null ? metadata : mark.metadata();
      }
    }
  }

  /** What PostgreSQL has made of a flushed one; {@code oldDelivered} null: no member. */
  record Stored(Long head, boolean receipts, Long oldDelivered, Long oldRead, Long newDelivered, Long newRead) {}

  /** Puts a mark to the others, or refuses it. A mark by message id has its seq by now. */
  void add(Mark mark, Consumer<MarkVerdict> answer) {
    if (waiting >= limit) {
      answer.accept(MarkVerdict.of(BUSY));
      return;
    }
    waiting++;
    put(new Waiting(mark, answer));
  }

  private void put(Waiting one) {
    Member member = new Member(one.mark().room().value(), one.mark().user().value());
    pending.computeIfAbsent(member, Merged::new).add(one);
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Takes what is to be flushed, at most so many members, in the order in which rows are locked. */
  List<Merged> take(int most) {
    List<Merged> taken = new ArrayList<>(Math.min(most, pending.size()));
    while (taken.size() < most && !pending.isEmpty())
      taken.add(pending.pollFirstEntry().getValue());
    return taken;
  }

  /** Answers those who waited for it. Those whose mark was good but went under with another's wait for the next flush. */
  void settle(Merged merged, Stored stored) {
    for (Waiting one : merged.waiting) {
      if (stored.oldDelivered() == null)
        answer(one, MarkVerdict.of(STRANGER));
      else if (one.isAbove(stored.head()))
        answer(one, MarkVerdict.of(ABOVE));
      else if (one.isCovered(stored))
        answer(one, MarkVerdict.DONE);
      else
        put(one);
    }
  }

  /** Nothing of it was stored, or it is not known: repeating a mark does no harm. */
  void fail(Merged merged, Problem problem) {
    merged.waiting.forEach(one -> answer(one, MarkVerdict.of(problem)));
  }

  private void answer(Waiting one, MarkVerdict verdict) {
    waiting--;
    one.answer().accept(verdict);
  }
}
