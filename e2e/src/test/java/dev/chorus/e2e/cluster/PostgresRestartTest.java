package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChorusProcess;
import dev.chorus.e2e.kit.Reader;
import dev.chorus.e2e.kit.Sender;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.kit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** PostgreSQL dies and comes back in the middle of sends: senders hear a retryable error, nothing acknowledged is lost, and it goes on by itself. */
@ExtendWith(StandingCluster.class)
final class PostgresRestartTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void sendsGoOnByThemselvesAfterPostgresqlCameBack() throws Exception {
    Tokens tokens = StandingCluster.tokens();
    URI gateway = StandingCluster.first();
    List<Sender> senders = new ArrayList<>();
    try (Reader reader = new Reader(() -> List.of(gateway), tokens.of("reader"), "restarts")) {
      for (int i = 0; i < 4; i++)
        senders.add(new Sender(() -> List.of(gateway), tokens.admin("s" + i), "s" + i, "restarts", 50));
      for (String signal : List.of("KILL", "INT", "KILL")) {
        Await.until("sends flow", PATIENCE, () -> reader.position() > 100);
        restart(StandingCluster.cluster().data(), signal, senders);
      }
      senders.forEach(Sender::close);
      Map<Long, String> acked = new HashMap<>();
      for (Sender sender : senders)
        acked.putAll(sender.acked());
      long head = acked.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
      Await.until("reader complete", PATIENCE, () -> reader.position() >= head);
      assertThat(reader.faults()).isEmpty();
      assertThat(reader.entries().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, reader.position()).boxed().toList());
      assertThat(reader.entries()).containsAllEntriesOf(acked);
      assertThat(reader.reconnects()).describedAs("sockets stay open meanwhile").isZero();
      System.out.printf("PostgreSQL restarted 3 times: %d acknowledged, none lost, %d sends refused meanwhile%n", acked.size(),
          senders.stream().mapToInt(Sender::refusals).sum());
    } finally {
      senders.forEach(Sender::close);
    }
  }

  private static void restart(Path data, String signal, List<Sender> senders) throws IOException {
    long postmaster = Await.until("a postmaster", PATIENCE, () -> postmaster(data));
    ChorusProcess.signal(postmaster, signal);
    Await.until("another postmaster", PATIENCE, () -> postmaster(data) != postmaster);
    long back = System.nanoTime();
    for (Sender sender : senders)
      Await.until("sends go on", PATIENCE, () -> sender.lastAckNanos() > back);
    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
  }

  /** The process id on the first line of PostgreSQL's own lock file. */
  private static long postmaster(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data, 4)) {
      Path lock = files.filter(file -> file.endsWith("postmaster.pid")).findFirst().orElseThrow(() -> new IOException("not running"));
      return Long.parseLong(Files.readAllLines(lock).getFirst().trim());
    }
  }
}
