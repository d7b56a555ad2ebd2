package dev.chorus.delivery;

import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static final Map<String, String> OFTEN = Map.of("CHORUS_DELIVERY_HOUSEKEEPING_MS", "100", "CHORUS_RETENTION_DAYS", "2",
      "CHORUS_QUEUE_MAX",
      "5");

  @Test
  void queuesAreSweptAndOldMessagesRemovedThoughNobodyAsks() throws SQLException {
    try (DeliveryNode node = DeliveryNode.start(DATABASE, "delivery-1", OFTEN);
        DeliveryNode other = DeliveryNode.start(DATABASE, "delivery-2", OFTEN)) {
      node.join("h1", "ada");
      node.join("h1", "bob");
      List<Append> batch = new ArrayList<>();
      for (int i = 0; i < 1200; i++)
        batch.add(message("h1", "ada", "c" + i, "old"));
      List<Ack.Sent> old = DeliveryNode.await(node.sending(batch)).stream().map(verdict -> verdict.sent()).toList();
      Eventually.await("the queue of somebody who is away is cut", LIMIT,
          () -> "FAILED".equals(node.recipient("h1", "bob", old.get(1194).messageId()).status()));
      assertThat(node.recipient("h1", "bob", old.get(1195).messageId()).status()).isEqualTo("SENT");

      sql("UPDATE delivery.chat_messages SET created_at = created_at - interval '3 days' WHERE session_id = 'h1'");
      node.sent(message("h1", "ada", "new", "new"));
      Eventually.await("old messages are gone", LIMIT, () -> other.read("h1", 0, 10).oldest() == 1201);
      assertThat(node.read("h1", 0, 10)).satisfies(page -> {
        assertThat(page.head()).isEqualTo(1201);
        assertThat(page.entries()).hasSize(1);
      });
      assertThat(node.sent(message("h1", "ada", "next", "numbers go on")).seq()).isEqualTo(1202);
    }
  }

  private static void sql(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:postgresql://localhost:" + DATABASE.port() + "/" + DATABASE.database(),
        DATABASE.user(),
        DATABASE.password()); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
