package dev.chorus.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.QueueMessage.WaitingEntry;
import dev.chorus.bus.QueueMessage.WaitingPage;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.gateway.room.RoomDrain.Piece;
import dev.chorus.model.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A drain over a log that grows, with holes anywhere and pages of any size: each seq above the mark is given once or named once, in order, and then the marker comes. */
class RoomDrainProperties {
  private static final RoomId ROOM = new RoomId("lobby");
  private final List<Long> order = new ArrayList<>();
  private final List<Long> given = new ArrayList<>();
  private final Deque<Step.Read<byte[]>> reads = new ArrayDeque<>();
  private Long marker;

  @Property(tries = 300)
  void everySeqIsGivenOrNamedOnceAndInOrder(@ForAll @IntRange(max = 80) int waiting, @ForAll @IntRange(max = 20) int mark,
      @ForAll long seed) {
    order.clear();
    given.clear();
    reads.clear();
    marker = null;
    Random random = new Random(seed);
    long head = (long) mark + waiting;
    Set<Long> left = LongStream.rangeClosed(mark + 1, head).filter(seq -> random.nextInt(3) == 0).boxed().collect(Collectors.toSet());
    RoomDrain drain = new RoomDrain(() -> {});
    CatchUp<byte[]> catchUp = new CatchUp<>(mark);
    perform(drain, catchUp.start(head));
    long log = head;
    while (!reads.isEmpty() || log < head + 5) {
      if (log < head + 5 && (reads.isEmpty() || random.nextInt(4) == 0)) {
        perform(drain, catchUp.live(log, List.of(entry(log + 1))));
        log++;
      } else {
        Step.Read<byte[]> read = reads.poll();
        long upTo = Math.min(log, read.after() + 1 + random.nextInt(9));
        perform(drain, random.nextInt(8) == 0
            ? catchUp.failed(read.after())
            : catchUp.page(read.after(), page(read.after(), upTo, log, left), log));
      }
    }
    assertThat(order).isEqualTo(LongStream.rangeClosed(mark + 1, log).boxed().toList());
    assertThat(given).isEqualTo(LongStream.rangeClosed(mark + 1, log).filter(seq -> !left.contains(seq)).boxed().toList());
    assertThat(marker).isBetween(head, log);
    assertThat(drain.delivered()).isEqualTo(given.stream().filter(seq -> seq % 5 != 0).count());
  }

  private static List<byte[]> page(long after, long upTo, long head, Set<Long> left) {
    List<WaitingEntry> entries = LongStream.rangeClosed(after + 1, upTo).filter(seq -> !left.contains(seq))
        .mapToObj(seq -> new WaitingEntry(seq, entry(seq))).toList();
    return new WaitingEntries(new WaitingPage(ROOM, entries, after, upTo, head, entries.size()));
  }

  private void perform(RoomDrain drain, List<Step<byte[]>> steps) {
    for (Step<byte[]> step : steps) {
      switch (step) {
        case Step.Deliver<byte[]> deliver -> drain.pieces(deliver).forEach(this::take);
        case Step.Read<byte[]> read -> reads.add(read);
        case Step.Marker<byte[]> said -> {
          assertThat(marker).as("said once").isNull();
          assertThat(order.isEmpty() ? said.position() : order.getLast()).as("after the last entry").isEqualTo(said.position());
          marker = said.position();
        }
      }
    }
  }

  private void take(Piece piece) {
    switch (piece) {
      case Piece.Hole hole -> LongStream.rangeClosed(hole.from(), hole.to()).forEach(order::add);
      case Piece.Entries run -> run.entries().forEach(bytes -> {
        long seq = Long.parseLong(new String(bytes, StandardCharsets.UTF_8).replaceAll("\\D", ""));
        order.add(seq);
        given.add(seq);
      });
    }
  }

  /** Every fifth is an edit, which is no message. */
  private static byte[] entry(long seq) {
    return ("{\"type\":\"message:" + (seq % 5 == 0 ? "update" : "new") + "\",\"seq\":" + seq + "}").getBytes(StandardCharsets.UTF_8);
  }
}
