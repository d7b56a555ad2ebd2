package dev.chorus.streaming.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TailTest {
  private static Chunk chunk(long seq, int characters) {
    return new Chunk(seq, Kind.CONTENT, "x".repeat(characters), null, null, null);
  }

  private static List<Long> numbers(List<StreamRecord> records) {
    return records.stream().map(StreamRecord::seq).toList();
  }

  @Property(tries = 300)
  void whatIsAnsweredIsAllThatWasSaidAbove(@ForAll @IntRange(min = 0, max = 50) int before, @ForAll @IntRange(min = 1, max = 100) int said,
      @ForAll @IntRange(min = 0, max = 160) int after, @ForAll @IntRange(min = 1, max = 200) int most,
      @ForAll @IntRange(min = 0, max = 2000) int characters) {
    Tail tail = new Tail();
    List<StreamRecord> all = new ArrayList<>();
    for (int i = 1; i <= said; i++) {
      all.add(chunk(before + i, characters));
      tail.add(List.of(all.getLast()));
    }
    tail.above(after, most).ifPresent(
        above -> assertThat(above).isEqualTo(all.stream().filter(record -> record.seq() > after).limit(most).toList()));
    if (after < before || after > before + said)
      assertThat(tail.above(after, most)).isEmpty();
    if (after == before + said - 1 && characters <= 2000)
      assertThat(tail.above(after, most)).isPresent();
  }

  @Test
  void itKeepsNoMoreThanSoManyAndSoLong() {
    Tail tail = new Tail();
    for (int i = 1; i <= 100; i++)
      tail.add(List.of(chunk(i, 1)));
    assertThat(tail.above(67, 1000)).isEmpty();
    assertThat(numbers(tail.above(68, 1000).orElseThrow())).hasSize(32).startsWith(69L).endsWith(100L);
    tail.add(List.of(chunk(101, 8 * 1024)));
    assertThat(tail.above(99, 1000)).isEmpty();
    assertThat(numbers(tail.above(100, 1000).orElseThrow())).containsExactly(101L);
    tail.add(List.of(chunk(102, 9 * 1024)));
    assertThat(tail.above(101, 1000)).as("the log is asked for what is too long").isEmpty();
    tail.add(List.of(chunk(103, 1)));
    assertThat(numbers(tail.above(102, 1000).orElseThrow())).containsExactly(103L);
  }
}
