package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.DeliveryNode.refusal;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.database.DatabaseConfig.TlsMode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.node.Health.Status;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.FreePorts;
import io.vertx.core.Future;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL itself stops, and starts again. */
class OutageTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  @TempDir
  Path data;

  @Test
  void sendersAreToldToTryAgainAndItGoesOnByItself() throws IOException {
    int port = FreePorts.take(1).getFirst();
    EmbeddedPostgres postgres = postgres(port);
    DatabaseConfig database = new DatabaseConfig("localhost", port, "postgres", "postgres", "postgres", TlsMode.DISABLE, Optional.empty());
    try (DeliveryNode node = DeliveryNode.start(database, "delivery-1", Map.of("CHORUS_DELIVERY_QUEUE", "500"), Clock.systemUTC())) {
      node.join("room", "ada");
      List<Long> acked = new ArrayList<>();
      List<Future<List<Verdict>>> underWay = new ArrayList<>();
      for (int i = 0; i < 40; i++)
        underWay.add(node.sending(batch("before-" + i)));
      postgres.close();

      long start = System.nanoTime();
      for (int i = 0; i < 80; i++)
        underWay.add(node.sending(batch("while-" + i)));
      ErrorCode reading = refusal(node.client.read(new ReadLog(new RoomId("room"), 0, 10))).code();
      List<ErrorCode> refusals = new ArrayList<>();
      for (Future<List<Verdict>> sending : underWay)
        collect(sending, acked, refusals);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      assertThat(reading).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(refusals).isNotEmpty().allMatch(code -> code == ErrorCode.UNAVAILABLE || code == ErrorCode.TIMEOUT)
          .contains(ErrorCode.UNAVAILABLE);
      assertThat(node.health.report().status()).isEqualTo(Status.DEGRADED);

      postgres = postgres(port);
      Duration recovery = Eventually.await("messages are stored again", BOUND, () -> {
        refusals.clear();
        collect(node.sending(batch("probe-" + System.nanoTime())), acked, refusals);
        return refusals.isEmpty();
      });
      System.out.println("Messages were stored again " + recovery.toMillis() + " ms after PostgreSQL was started.");
      Eventually.await("all lanes are connected", BOUND, () -> node.health.report().status() == Status.UP);

      long head = node.read("room", 0, 1).head();
      assertThat(new TreeSet<>(acked)).hasSize(acked.size());
      assertThat(ReadingTest.seqs(node.read("room", 0, 1000).entries())).containsAll(acked)
          .isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
    } finally {
      postgres.close();
    }
  }

  private static void collect(Future<List<Verdict>> sending, List<Long> acked, List<ErrorCode> refusals) {
    try {
      for (Verdict verdict : await(sending)) {
        if (verdict.sent() != null)
          acked.add(verdict.sent().seq());
        else
          refusals.add(verdict.problem().code());
      }
    } catch (Refusal noAnswer) {
      refusals.add(noAnswer.problem().code());
    }
  }

  private static List<Append> batch(String name) {
    List<Append> batch = new ArrayList<>();
    for (int i = 0; i < 5; i++)
      batch.add(message("room", "ada", name + "-" + i, "hello"));
    return batch;
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    return EmbeddedPostgres.builder().setDataDirectory(data.resolve("pg")).setCleanDataDirectory(false).setPort(port)
        .setServerConfig("fsync", "off")
        .setPGStartupWait(Duration.ofSeconds(60)).start();
  }
}
