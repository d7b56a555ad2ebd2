package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.HandMadeCluster;
import dev.chorus.e2e.kit.Reader;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.testkit.TcpProxy;
import dev.chorus.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection to PostgreSQL is cut between a commit and its answer, many times: nothing is lost and nothing stands twice. */
final class UnknownCommitTest {
  private static final int CUTS = Soak.size(25, 100);
  private static final String ROOM = "unknown";

  @Test
  void aCommitWhoseAnswerIsLostIsNeitherLostNorDoneTwice(@TempDir Path folder) throws Exception {
    DatabaseConfig database = TestPostgres.fresh();
    Tokens tokens = new Tokens(HandMadeCluster.SECRET);
    try (TcpProxy proxy = new TcpProxy("localhost", database.port());
        HandMadeCluster cluster = new HandMadeCluster(
            TestPostgres.url(database).replace(":" + database.port() + "/", ":" + proxy.port() + "/"), folder).awaitReady();
        Reader reader = new Reader(() -> List.of(cluster.gateway()), tokens.of("reader"), ROOM);
        ChatClient sender = ChatClient.connect(cluster.gateway(), tokens.admin("sender"))) {
      sender.join(ROOM);
      Map<Long, String> acked = new TreeMap<>();
      for (int i = 0; i < CUTS; i++) {
        String content = "cut-here-" + i + "-end";
        proxy.cutAnswerTo(content);
        JsonNode ack = sender.insist("message:send", ROOM, Map.of("content", content, "clientId", content));
        assertThat(acked.put(ack.get("seq").asLong(), ack.get("messageId").asText())).describedAs("a seq given twice").isNull();
      }
      assertThat(proxy.cuts()).isEqualTo(CUTS);
      Await.until("reader complete", Duration.ofMinutes(1), () -> reader.position() == CUTS);
      assertThat(reader.faults()).isEmpty();
      assertThat(reader.entries()).isEqualTo(acked);
      System.out.printf("%d commits whose answer was lost: %d entries, no gap, no repeat%n", proxy.cuts(), reader.position());
    }
  }
}
