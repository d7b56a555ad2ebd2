package dev.chorus.gateway.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever happens to what comes live, the reader gets every entry once, in order, and the marker once. */
final class CatchUpProperties {

  /** A log that grows, a network that loses, repeats, reorders and overlaps, and a reader that blocks at times. */
  private static final class World {
    final Random random;
    final List<Long> log = new ArrayList<>();
    final List<Long> got = new ArrayList<>();
    final List<Long> reads = new ArrayList<>();
    final CatchUp<Long> catchUp;
    final long begin;
    final long headAtStart;
    int markers;
    long markedAt = -1;

    World(long seed, int before, int after) {
      random = new Random(seed);
      for (int i = 0; i < before; i++)
        grow();
      begin = Math.min(after, before);
      headAtStart = before;
      catchUp = new CatchUp<>(begin);
      perform(catchUp.start(before));
    }

    void grow() {
      log.add((long) log.size() + 1);
    }

    void perform(List<Step<Long>> steps) {
      for (Step<Long> step : steps) {
        switch (step) {
          case Step.Deliver<Long> deliver -> {
            assertThat(deliver.prev()).isEqualTo(begin + got.size());
            got.addAll(deliver.entries());
          }
          case Step.Marker<Long> marker -> {
            markers++;
            markedAt = marker.position();
            assertThat(marker.position()).isEqualTo(begin + got.size());
          }
          case Step.Read<Long> read -> reads.add(read.after());
        }
      }
    }

    /** Something happens. */
    void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> grow();
        case 3, 4, 5 -> live();
        case 6 -> answerRead();
        case 7 -> {
          if (!reads.isEmpty())
            perform(catchUp.failed(reads.remove(random.nextInt(reads.size()))));
        }
        case 8 -> catchUp.blocked();
        default -> perform(catchUp.drained());
      }
    }

    void live() {
      if (log.isEmpty())
        return;
      int prev = random.nextInt(log.size());
      int last = Math.min(log.size(), prev + 1 + random.nextInt(4));
      perform(catchUp.live(prev, List.copyOf(log.subList(prev, last))));
    }

    void answerRead() {
      if (reads.isEmpty())
        return;
      long after = reads.remove(random.nextInt(reads.size()));
      int to = (int) Math.min(log.size(), after + random.nextInt(5));
      perform(catchUp.page(after, List.copyOf(log.subList((int) after, Math.max((int) after, to))), log.size()));
    }

    /** Nothing is lost any more. */
    void calm() {
      perform(catchUp.drained());
      perform(catchUp.head(log.size()));
      for (int i = 0; i < 10 * log.size() + 100 && !reads.isEmpty(); i++) {
        long after = reads.removeFirst();
        int to = (int) Math.min(log.size(), after + 3);
        perform(catchUp.page(after, List.copyOf(log.subList((int) after, to)), log.size()));
      }
    }
  }

  @Property(tries = 2000)
  void everyEntryOnceInOrderAndOneMarker(@ForAll long seed, @ForAll @IntRange(max = 30) int before, @ForAll @IntRange(max = 30) int after,
      @ForAll @IntRange(max = 200) int steps) {
    World world = new World(seed, before, after);
    for (int i = 0; i < steps; i++)
      world.step();
    world.calm();
    assertThat(world.got).isEqualTo(world.log.subList((int) world.begin, world.log.size()));
    assertThat(world.markers).isEqualTo(1);
    assertThat(world.markedAt).isGreaterThanOrEqualTo(world.headAtStart);
    assertThat(world.catchUp.isLive()).isTrue();
  }

  private static List<Long> entries(long from, long to) {
    List<Long> entries = new ArrayList<>();
    for (long i = from; i <= to; i++)
      entries.add(i);
    return entries;
  }

  @Test
  void anEmptyPageBelowTheHeadIsNotAskedForAgainAtOnce() {
    CatchUp<Long> catchUp = new CatchUp<>(0);
    assertThat(catchUp.start(5)).containsExactly(new Step.Read<>(0, false));
    assertThat(catchUp.page(0, List.of(), 5)).containsExactly(new Step.Read<>(0, true));
    assertThat(catchUp.failed(0)).containsExactly(new Step.Read<>(0, true));
    assertThat(catchUp.page(0, entries(1, 5), 5)).containsExactly(new Step.Deliver<>(0, entries(1, 5), true), new Step.Marker<>(5));
  }

  @Test
  void whatComesWhileCatchingUpFollowsTheLogBeforeTheMarker() {
    CatchUp<Long> catchUp = new CatchUp<>(0);
    catchUp.start(2);
    assertThat(catchUp.live(2, entries(3, 4))).isEmpty();
    assertThat(catchUp.page(0, entries(1, 2), 2)).containsExactly(new Step.Deliver<>(0, entries(1, 2), true),
        new Step.Deliver<>(2, entries(3, 4), true),
        new Step.Marker<>(4));
    assertThat(catchUp.live(4, entries(5, 5))).containsExactly(new Step.Deliver<>(4, entries(5, 5), false));
  }

  @Test
  void moreThanTheBoundIsForgottenAndReadAgain() {
    CatchUp<Long> catchUp = new CatchUp<>(0);
    catchUp.start(1);
    long last = 1;
    for (int i = 0; i < CatchUp.MAX_PENDING + 10; i++)
      catchUp.live(last, entries(last + 1, ++last));
    List<Step<Long>> steps = catchUp.page(0, entries(1, 1), last);
    assertThat(steps.getFirst()).isEqualTo(new Step.Deliver<>(0, entries(1, 1), true));
    assertThat(steps.getLast()).isInstanceOf(Step.Read.class);
  }

  @Test
  void aReaderThatCannotTakeMoreKeepsNothingAndGoesOnFromTheLog() {
    CatchUp<Long> catchUp = new CatchUp<>(3);
    catchUp.start(3);
    catchUp.blocked();
    assertThat(catchUp.advance(3, 1)).isFalse();
    assertThat(catchUp.live(3, entries(4, 4))).isEmpty();
    assertThat(catchUp.drained()).containsExactly(new Step.Read<>(3, false));
  }
}
