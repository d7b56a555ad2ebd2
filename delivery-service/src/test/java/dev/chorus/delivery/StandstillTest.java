package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @Test
  void aRoomThatSomebodyHoldsLockedHoldsNobodyForEver() throws SQLException {
    DatabaseConfig database = TestPostgres.fresh();
    try (DeliveryNode node = DeliveryNode.start(database, "delivery-1", Map.of("CHORUS_DELIVERY_LANES", "1"));
        Connection holder = connection(database)) {
      node.join("held", "ada");
      node.join("free", "ada");
      holder.setAutoCommit(false);
      try (Statement lock = holder.createStatement()) {
        lock.execute("SELECT FROM delivery.rooms WHERE room = 'held' FOR UPDATE");
      }
      long start = System.nanoTime();
      Future<List<Verdict>> held = node.sending(List.of(message("held", "ada", "1", "one")));
      assertThat(await(held).getFirst().problem().code()).as("it may still be stored").isEqualTo(ErrorCode.TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      holder.rollback();

      Eventually.await("the lane goes on", BOUND, () -> node.send(message("free", "ada", "go-on", "hello")).getFirst().sent() != null);
      Verdict again = node.send(message("held", "ada", "1", "one")).getFirst();
      assertThat(again.sent().seq()).isEqualTo(1);
      assertThat(node.read("held", 0, 10).entries()).hasSize(1);
    }
  }

  @Test
  void drainingFinishesWhatWasTakenAndTakesNoMore() {
    try (DeliveryNode node = DeliveryNode.start(TestPostgres.fresh())) {
      node.join("room", "ada");
      List<Future<List<Verdict>>> taken = new ArrayList<>();
      for (int i = 0; i < 50; i++)
        taken.add(node.sending(List.of(message("room", "ada", "c" + i, "hello"))));
      assertThat(await(taken.getFirst()).getFirst().sent()).isNotNull();
      await(node.drain());
      assertThat(node.send(message("room", "ada", "late", "hello")).getFirst().moved()).isTrue();
      List<Verdict> verdicts = taken.stream().map(future -> await(future).getFirst()).toList();
      assertThat(verdicts).allMatch(verdict -> verdict.moved() || verdict.sent() != null);
      assertThat(node.read("room", 0, 100).entries()).hasSize((int) verdicts.stream().filter(verdict -> !verdict.moved()).count());
    }
  }

  private static Connection connection(DatabaseConfig database) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://localhost:" + database.port() + "/" + database.database(), database.user(),
        database.password());
  }
}
