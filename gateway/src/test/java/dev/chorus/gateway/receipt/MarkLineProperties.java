package dev.chorus.gateway.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever comes while marks are on their way: everybody is answered once, nothing is lost in merging, and what cannot merge keeps its place. */
class MarkLineProperties {
  private static final RoomId ROOM = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");

  private static Mark mark(Long delivered, Long read) {
    return new Mark(ROOM, ANN, delivered, read, null, null);
  }

  @Property(tries = 300)
  void theFurthestMarksArriveAndEverybodyIsAnswered(@ForAll long seed) {
    Random random = new Random(seed);
    MarkLine line = new MarkLine(new MarkLine.Place(ROOM, ANN));
    List<Future<Void>> answers = new ArrayList<>();
    List<Mark> sent = new ArrayList<>();
    long delivered = 0;
    long read = 0;
    for (int i = 0; i < 100; i++) {
      long seq = random.nextInt(1000);
      boolean reads = random.nextBoolean();
      if (reads)
        read = Math.max(read, seq);
      else
        delivered = Math.max(delivered, seq);
      line.add(mark(reads ? null : seq, reads ? seq : null), random.nextInt(10) > 0, 0).ifPresent(answers::add);
      if (random.nextInt(4) == 0)
        land(line, random, sent);
    }
    for (int turns = 0; !line.isEmpty() && turns < 10_000; turns++)
      land(line, random, sent);

    assertThat(answers).hasSize(100).allMatch(Future::succeeded);
    assertThat(sent.stream().mapToLong(mark -> mark.delivered() == null ? 0 : mark.delivered()).max()).hasValue(delivered);
    assertThat(sent.stream().mapToLong(mark -> mark.read() == null ? 0 : mark.read()).max()).hasValue(read);
  }

  /** The next one leaves, and is stored or comes back. */
  private static void land(MarkLine line, Random random, List<Mark> sent) {
    if (!line.isReady())
      return;
    line.take();
    if (random.nextInt(3) == 0) {
      line.back();
      return;
    }
    sent.add(line.underWay().mark());
    line.done(null);
  }

  @Test
  void aRefusalIsHeardByThoseWhoAskedForThatMarkOnly() {
    MarkLine line = new MarkLine(new MarkLine.Place(ROOM, ANN));
    Future<Void> good = line.add(mark(1L, null), true, 0).orElseThrow();
    Future<Void> high = line.add(mark(99L, null), false, 0).orElseThrow();
    Future<Void> later = line.add(mark(null, 2L), true, 0).orElseThrow();
    line.take();
    line.done(null);
    line.take();
    line.done(Problem.of(ErrorCode.BAD_REQUEST, "There is no such entry."));
    line.take();
    assertThat(line.underWay().mark()).isEqualTo(mark(null, 2L));
    line.done(null);
    assertThat(good.succeeded()).isTrue();
    assertThat(high.failed()).isTrue();
    assertThat(later.succeeded()).isTrue();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void whatWaitsIsBounded() {
    MarkLine line = new MarkLine(new MarkLine.Place(ROOM, ANN));
    List<Optional<Future<Void>>> added = new ArrayList<>();
    for (int i = 0; i < 5000; i++)
      added.add(line.add(mark((long) i, null), i % 100 != 0, 0));
    assertThat(added.stream().filter(Optional::isPresent).count()).isBetween(64L, 1024L);
    assertThat(line.isGathering()).isFalse();
  }
}
