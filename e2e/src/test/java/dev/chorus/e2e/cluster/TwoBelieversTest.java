package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.HandMadeCluster;
import dev.chorus.e2e.kit.Reader;
import dev.chorus.e2e.kit.Sender;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.testkit.TestPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A split that lasts: two halves of a cluster, each with a gateway and a delivery node that believes itself the owner of every room, on one PostgreSQL. Numbers come from the
 * rooms' locks and what the other half commits comes with the digest, so nobody sees a gap or a repeat, and everybody is complete within a digest or two.
 */
final class TwoBelieversTest {
  private static final Duration SPLIT = Duration.ofSeconds(Soak.size(8, 30));
  private static final Duration COMPLETE = Duration.ofSeconds(Soak.size(60, 6));
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final List<String> ROOMS = List.of("split-a", "split-b", "split-c");

  @Test
  void twoOwnersOfTheSameRoomsLeaveNoGapAndNoRepeatAndEveryWatcherIsComplete(@TempDir Path folder) throws Exception {
    String database = TestPostgres.url(TestPostgres.fresh());
    try (HandMadeCluster left = new HandMadeCluster(database, folder); HandMadeCluster right = new HandMadeCluster(database, folder)) {
      run(left.awaitReady().gateway(), right.awaitReady().gateway());
    }
  }

  private static void run(URI left, URI right) {
    Tokens tokens = new Tokens(HandMadeCluster.SECRET);
    List<Sender> senders = new ArrayList<>();
    List<Reader> readers = new ArrayList<>();
    try {
      for (String room : ROOMS) {
        for (URI side : List.of(left, right)) {
          String user = (side.equals(left) ? "left-" : "right-") + room;
          senders.add(new Sender(() -> List.of(side), tokens.admin(user), user, room, 30));
          readers.add(new Reader(() -> List.of(side), tokens.of("reader-" + user), room));
        }
      }
      LockSupport.parkNanos(SPLIT.toNanos());
      Await.until("both halves wrote", PATIENCE, () -> senders.stream().allMatch(sender -> sender.acked().size() > 50));
      senders.forEach(Sender::close);
      for (String room : ROOMS)
        check(room, senders, readers);
    } finally {
      senders.forEach(Sender::close);
      readers.forEach(Reader::close);
    }
  }

  private static void check(String room, List<Sender> senders, List<Reader> readers) {
    int at = ROOMS.indexOf(room) * 2;
    Map<Long, String> acked = new HashMap<>();
    for (Sender sender : senders.subList(at, at + 2))
      acked.putAll(sender.acked());
    long head = acked.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
    for (Reader reader : readers.subList(at, at + 2)) {
      Await.until("reader of " + room + " complete", COMPLETE, () -> reader.position() >= head);
      assertThat(reader.faults()).isEmpty();
      assertThat(reader.entries().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, reader.position()).boxed().toList());
      assertThat(reader.entries()).containsAllEntriesOf(acked);
    }
    System.out.printf("%s: %d entries from two owners, no gap, no repeat%n", room, head);
  }
}
