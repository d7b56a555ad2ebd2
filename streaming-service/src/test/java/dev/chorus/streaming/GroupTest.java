package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedGroup;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several agents at once on a real log. */
final class GroupTest {
  private static TestNode node;
  private static Pool pool;

  @BeforeAll
  static void start() throws Exception {
    DatabaseConfig database = TestPostgres.fresh();
    node = TestNode.alone(database, Map.of());
    pool = TestPostgres.pool(node.vertx, database, "streaming", 1);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static List<List<StreamRecord>> logs(StartGroup group) throws Exception {
    StartedGroup started = await(node.client.startGroup(group));
    assertThat(started.groupId()).isEqualTo(group.group());
    assertThat(started.streams()).extracting(it -> it.streamId()).isEqualTo(group.agents().stream().map(StartStream::stream).toList());
    List<List<StreamRecord>> logs = new ArrayList<>();
    for (StartStream agent : group.agents())
      logs.add(node.ended(agent.stream()));
    return logs;
  }

  private static List<String> statuses(List<List<StreamRecord>> logs) {
    return logs.stream().map(log -> TestNode.end(log).status()).toList();
  }

  private static StreamRecord.End last(List<List<StreamRecord>> logs) {
    List<StreamRecord.End> ends = logs.stream().map(TestNode::end).filter(end -> end.group() != null).toList();
    assertThat(ends).as("the group ends once").hasSize(1);
    return ends.getFirst();
  }

  @Test
  void oneFailingAgentDoesNotDisturbTheOthers() throws Exception {
    List<List<StreamRecord>> logs = logs(TestNode.group("interleave", "[[rate:500]] One.", "[[error:400]] Two.", "[[rate:500]] Three."));
    assertThat(statuses(logs)).containsExactly("COMPLETED", "FAILED", "COMPLETED");
    var end = last(logs).group();
    assertThat(end.streams()).isEqualTo(Map.of("agent-0", "COMPLETED", "agent-1", "FAILED", "agent-2", "COMPLETED"));
    assertThat(end.usage().get("agent-2")).isEqualTo(TestNode.end(logs.get(2)).usage());
  }

  @Test
  void theFirstToCompleteWinsTheRace() throws Exception {
    List<List<StreamRecord>> logs = logs(TestNode.group("race", "[[words:5000]] [[rate:50]] Slow.", "[[words:10]] [[rate:1000]] Fast."));
    assertThat(statuses(logs)).containsExactly("CANCELLED", "COMPLETED");
    assertThat(TestNode.end(logs.getFirst()).group().streams()).containsEntry("agent-1", "COMPLETED");
  }

  @Test
  void whoKnowsTheEndOfAGroupKnowsTheEndOfEachOfItsAnswers() throws Exception {
    for (int rounds = 0; rounds < 5; rounds++) {
      StartGroup group = TestNode.group("race", "[[words:5000]] [[rate:50]] Slow.", "[[words:10]] [[rate:1000]] Fast.");
      await(node.client.startGroup(group));
      assertThat(TestNode.end(node.ended(group.agents().getFirst().stream())).group()).isNotNull();
      assertThat(await(node.client.read(new ReadStream(group.agents().getLast().stream(), 0, 1))).status()).isEqualTo("COMPLETED");
    }
  }

  @Test
  void whoIsOpenedWhenTheRaceIsWonDoesNotRun() throws Exception {
    StartStream fast = TestNode.asking("[[words:10]] [[rate:1000]] Fast.");
    StartStream slow = new Asking("[[words:5000]] [[rate:50]] Slow.").by(new UserId("shut")).start();
    StartGroup group = new StartGroup("won", List.of(agent(fast, "fast"), agent(slow, "slow")), "race");
    // Openings for that user wait for this.
    SqlConnection holder = await(pool.getConnection());
    await(holder.query("BEGIN").execute());
    await(holder.query("SELECT pg_advisory_xact_lock(hashtextextended('shut', 33))").execute());
    Future<StartedGroup> starting = node.client.startGroup(group);
    Eventually.await("the first has won", Duration.ofSeconds(30), () -> status(group.agents().getFirst().stream()).equals("COMPLETED"));
    await(holder.query("COMMIT").execute());
    await(holder.close());
    Eventually.await("the second is opened", Duration.ofSeconds(30), () -> !status(group.agents().getLast().stream()).isEmpty());
    // FAILED: where all of this took seconds, since its starter has given up.
    assertThat(TestNode.end(node.ended(group.agents().getLast().stream())).status()).isIn("CANCELLED", "FAILED");
    await(starting.otherwiseEmpty());
  }

  /** Empty of one that is not there. */
  private static String status(StreamId stream) {
    return node.client.read(new ReadStream(stream, 0, 1)).map(StreamPage::status).otherwise("").toCompletionStage().toCompletableFuture()
        .join();
  }

  private static StartStream agent(StartStream it, String name) {
    return new StartStream(StreamId.ofGroup(null, "won", Words.random(16)), null, it.user(), it.request(), false, null, name, null, null,
        null, true, false, null, null, true, null, "request-1");
  }

  /** As PostgreSQL wrote them down: what is told of all is handed in when the end of each of the others is there, whatever is read when. */
  @Test
  void theEndThatTellsOfAllIsTheLastInTheLog() throws Exception {
    for (int rounds = 0; rounds < 10; rounds++) {
      StartGroup group = TestNode.group("race", "[[words:5000]] [[rate:50]] Slow.", "[[words:10]] [[rate:1000]] Fast.",
          "[[words:5000]] [[rate:60]] Slow too.");
      List<List<StreamRecord>> logs = logs(group);
      int teller = logs.indexOf(logs.stream().filter(log -> TestNode.end(log).group() != null).findFirst().orElseThrow());
      List<String> order = new ArrayList<>();
      for (Row row : await(
          pool.preparedQuery("SELECT agent_id FROM streams WHERE group_id = $1 ORDER BY ended_at").execute(Tuple.of(group.group()))))
        order.add(row.getString(0));
      assertThat(order).hasSize(3).endsWith("agent-" + teller);
    }
  }

  @Test
  void oneAfterTheOtherTheSecondIsSilentUntilTheFirstHasEnded() throws Exception {
    StartGroup group = TestNode.group("sequential", "[[words:60]] [[rate:60]] First.", "[[words:10]] [[rate:1000]] Second.");
    await(node.client.startGroup(group));
    StreamId first = group.agents().getFirst().stream();
    StreamId second = group.agents().getLast().stream();
    for (int looks = 0; looks < 2000; looks++) {
      // Asked in this order: whatever the second has said by then, the first had ended before.
      long said = await(node.client.read(new ReadStream(second, 0, 1))).head();
      String status = await(node.client.read(new ReadStream(first, 0, 1))).status();
      if (said > 0) {
        assertThat(status).isEqualTo("COMPLETED");
        break;
      }
      await(node.vertx.timer(10));
    }
    assertThat(TestNode.text(node.ended(second)).split(" ", -1)).hasSize(10);
    assertThat(TestNode.end(node.ended(second)).group()).isNotNull();
  }

  @Test
  void aGroupThatCannotBeStartedWholeIsNotStarted() throws Exception {
    StartGroup good = TestNode.group("interleave", "One.", "Two.");
    assertThatThrownBy(() -> await(node.client.startGroup(new StartGroup(good.group(), good.agents(), "shuffle"))))
        .hasMessageContaining("'merge'");
    StartStream first = good.agents().getFirst();
    assertThatThrownBy(() -> await(node.client.startGroup(new StartGroup(good.group(), List.of(first, first), "race"))))
        .hasMessageContaining("'agentId'");
    assertThatThrownBy(() -> await(node.client.read(new ReadStream(first.stream(), 0, 1)))).hasMessageContaining("not_found");
  }
}
