package dev.chorus.delivery.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.bus.TrackingMessage.MarkVerdict;
import dev.chorus.delivery.receipt.MarkBook.Merged;
import dev.chorus.delivery.receipt.MarkBook.Stored;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Marks of two members of one room, whose head stands at 5, merged and flushed in whatever way. */
class MarkBookProperties {
  private static final long HEAD = 5;

  /** @param user 2 is no member */
  record Said(@IntRange(max = 2) int user, @IntRange(max = 8) int seq, boolean read, boolean thenFlush, boolean flushFails) {}

  private final Map<Integer, long[]> marks = new HashMap<>();

  @Property(tries = 2000)
  void eachIsAnsweredOnceTrulyAndMarksOnlyGrow(@ForAll @Size(max = 25) List<@net.jqwik.api.From("said") Said> all) {
    MarkBook book = new MarkBook(100);
    marks.clear();
    marks.put(0, new long[2]);
    marks.put(1, new long[2]);
    List<List<MarkVerdict>> verdicts = new ArrayList<>();
    for (Said said : all) {
      List<MarkVerdict> verdict = new ArrayList<>();
      verdicts.add(verdict);
      Mark mark = new Mark(new RoomId("room"), new UserId("user" + said.user()), said.read() ? null : Long.valueOf(said.seq()),
          said.read() ? Long.valueOf(said.seq()) : null, null, null);
      book.add(mark, verdict::add);
      if (said.thenFlush())
        flush(book, said.flushFails());
    }
    while (!book.isEmpty())
      flush(book, false);
    for (int i = 0; i < all.size(); i++) {
      Said said = all.get(i);
      assertThat(verdicts.get(i)).as("answers to %s", said).hasSize(1);
      MarkVerdict verdict = verdicts.get(i).getFirst();
      if (verdict.problem() == null) {
        assertThat(said.user()).isLessThan(2);
        assertThat(marks.get(said.user())[said.read() ? 1 : 0]).isGreaterThanOrEqualTo(said.seq());
      } else if (verdict.problem().code() == dev.chorus.model.ErrorCode.BAD_REQUEST) {
        assertThat(said.seq()).isGreaterThan((int) HEAD);
      } else if (verdict.problem().code() == dev.chorus.model.ErrorCode.NOT_MEMBER) {
        assertThat(said.user()).isEqualTo(2);
      }
    }
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<Said> said() {
    return net.jqwik.api.Combinators
        .combine(net.jqwik.api.Arbitraries.integers().between(0, 2), net.jqwik.api.Arbitraries.integers().between(0, 8),
            net.jqwik.api.Arbitraries.of(true, false), net.jqwik.api.Arbitraries.of(true, false, false),
            net.jqwik.api.Arbitraries.of(true, false, false))
        .as(Said::new);
  }

  /** As the SQL does it: marks above the head move nothing. */
  private void flush(MarkBook book, boolean fails) {
    for (Merged merged : book.take(10)) {
      int user = merged.member.user().charAt(4) - '0';
      if (fails) {
        book.fail(merged, Problem.of(dev.chorus.model.ErrorCode.UNAVAILABLE, "no"));
        continue;
      }
      long[] mark = marks.get(user);
      if (mark == null) {
        book.settle(merged, new Stored(HEAD, false, null, null, null, null));
        continue;
      }
      long read = Math.max(mark[1], merged.read != null && merged.read <= HEAD ? merged.read : 0);
      long delivered = Math.max(Math.max(mark[0], read), merged.delivered != null && merged.delivered <= HEAD ? merged.delivered : 0);
      Stored stored = new Stored(HEAD, true, mark[0], mark[1], delivered, read);
      mark[0] = delivered;
      mark[1] = read;
      book.settle(merged, stored);
    }
  }
}
