package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @Test
  void aRoomThatSomebodyHoldsLockedHoldsNobodyForEver() throws SQLException {
    DatabaseConfig database = TestPostgres.fresh();
    try (DeliveryNode node = DeliveryNode.start(database, "delivery-1", Map.of("CHORUS_DELIVERY_LANES", "1"), Clock.systemUTC());
        Connection holder = connection(database)) {
      node.join("held", "ada");
      node.join("free", "ada");
      holder.setAutoCommit(false);
      try (Statement lock = holder.createStatement()) {
        lock.execute("SELECT FROM delivery.rooms WHERE room = 'held' FOR UPDATE");
      }
      long start = System.nanoTime();
      Future<List<Verdict>> held = node.sending(List.of(message("held", "ada", "1", "one")));
      assertThat(problem(held).code()).as("it may still be stored").isEqualTo(ErrorCode.TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      holder.rollback();

      assertThat(stored(node, message("free", "ada", "go-on", "hello")).seq()).as("the lane goes on").isEqualTo(1);
      assertThat(stored(node, message("held", "ada", "1", "one")).seq()).isEqualTo(1);
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

  /** Said by the node, or, when the machine stands still for long, by the bus that waits for it. */
  private static Problem problem(Future<List<Verdict>> sending) {
    try {
      return await(sending).getFirst().problem();
    } catch (Refusal refusal) {
      return refusal.problem();
    }
  }

  /** Repeats it as a client does that is told to try again. */
  private static Ack.Sent stored(DeliveryNode node, Append message) {
    AtomicReference<Ack.Sent> stored = new AtomicReference<>();
    Eventually.await("it is stored", BOUND, () -> {
      try {
        stored.set(node.send(message).getFirst().sent());
      } catch (Refusal refusal) {
        assertThat(refusal.problem().retryable()).isTrue();
      }
      return stored.get() != null;
    });
    return stored.get();
  }

  private static Connection connection(DatabaseConfig database) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://localhost:" + database.port() + "/" + database.database(), database.user(),
        database.password());
  }
}
