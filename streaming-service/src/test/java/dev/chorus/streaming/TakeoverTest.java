package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.cluster.MemberState;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.TestPostgres;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Two nodes with one database: what one says of the other is for the test to say. */
final class TakeoverTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  /** At this pace an answer is still being written whatever has held us up before its owner is lost. */
  private static final int SLOW = 20;
  private static final int FAST = 5000;

  /** The other serves, and this one knows it. */
  private static void knows(TestNode one, TestNode other) throws Exception {
    one.members.says(other.self, MemberState.SERVING);
    one.heedsMembers();
  }

  @Test
  void theStreamOfANodeThatWasLostIsGoneOnWithAndTheLostNodeWritesNoMore() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode first = TestNode.alone(database, TestNode.simulating(SLOW));
        TestNode second = first.beside(database, "streaming-b", TestNode.simulating(FAST))) {
      // A stream that the first owns alone, then a cluster in which the second believes that the first has died.
      StartStream start = new Asking("[[words:800]] Go on.").in("room").start();
      first.start(start);
      first.awaitHead(start.stream(), 5);
      lose(second, first, database);
      List<StreamRecord> log = second.ended(start.stream());
      StreamRecord.End end = TestNode.end(log);
      assertThat(end.status()).isEqualTo("COMPLETED");
      assertThat(log).extracting(StreamRecord::seq).isEqualTo(LongStream.rangeClosed(1, log.size()).boxed().toList());
      // The provider says the same again: it was swallowed, and the text is the one that was asked for.
      assertThat(TestNode.notices(log)).containsExactly("continued");
      StartStream reference = new Asking("[[words:800]] Go on.").start();
      assertThat(TestNode.text(log)).isEqualTo(TestNode.text(second.ended(second.start(reference).streamId())));
      // The first still ran it, was refused, and began a new life.
      Eventually.await("it runs nothing any more", LIMIT, () -> first.service.runningStreams() == 0);
      assertThat(await(first.client.read(new ReadStream(start.stream(), 0, 1000))).records()).isEqualTo(log);
      // It may take PostgreSQL a while to write the new life down.
      Deque<StartStream> tries = new ArrayDeque<>();
      Eventually.await("it starts streams again", LIMIT, () -> {
        tries.add(TestNode.asking("[[rate:1000]] Again."));
        return first.client.start(tries.getLast()).map(true).otherwise(false).toCompletionStage().toCompletableFuture().join();
      });
      assertThat(TestNode.end(first.ended(tries.getLast().stream())).status()).isEqualTo("COMPLETED");
    }
  }

  /** For the one node the other has died, and its heart has stopped; it writes on all the same. */
  private static void lose(TestNode node, TestNode other, DatabaseConfig database) throws Exception {
    knows(node, other);
    Pool pool = TestPostgres.pool(node.vertx, database, StreamingService.SCHEMA, 1);
    eachBeat(pool, other, "NEW.seen_at := OLD.seen_at;");
    await(pool.close());
    node.members.left(other.self);
  }

  /** What PostgreSQL makes of a heartbeat of the node's first life. */
  private static void eachBeat(Pool pool, TestNode node, String what) throws Exception {
    await(pool.query("CREATE FUNCTION beaten() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN " + what + " RETURN NEW; END'").execute());
    await(pool.query("CREATE TRIGGER beaten BEFORE UPDATE ON owners FOR EACH ROW WHEN (OLD.incarnation LIKE '" + node.self.value()
        + "#1') EXECUTE FUNCTION beaten()").execute());
  }

  @Test
  void whoWasLostButStillBeatsKeepsItsStreams() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode first = TestNode.alone(database, Map.of()); TestNode second = first.beside(database, "streaming-b", Map.of())) {
      knows(second, first);
      // A beat holds for long, so that a stop of this process, and with it of the heart, is not taken for death.
      Pool pool = TestPostgres.pool(second.vertx, database, StreamingService.SCHEMA, 1);
      eachBeat(pool, first, "NEW.seen_at := NEW.seen_at + interval ''1 hour'';");
      Eventually.await("it has beaten", LIMIT, () -> seenAhead(pool));
      StartStream start = new Asking("[[words:400]] [[rate:100]] Go on.").in("room").start();
      first.start(start);
      first.awaitHead(start.stream(), 5);
      second.members.left(first.self);
      // The second looks again and again meanwhile.
      List<StreamRecord> log = first.ended(start.stream());
      assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
      assertThat(TestNode.notices(log)).isEmpty();
    }
  }

  private static boolean seenAhead(Pool pool) {
    return pool.query("SELECT count(*) FROM owners WHERE seen_at > now() + interval '30 minutes'").execute().toCompletionStage()
        .toCompletableFuture().join().iterator().next().getLong(0) == 1;
  }

  @Test
  void aPausedStreamIsTakenOverPaused() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode first = TestNode.alone(database, TestNode.simulating(SLOW));
        TestNode second = first.beside(database, "streaming-b", TestNode.simulating(FAST))) {
      StartStream start = new Asking("[[words:800]] Wait.").in("room").start();
      first.start(start);
      first.awaitHead(start.stream(), 5);
      await(first.client.control(new ControlStream(start.stream(), TestNode.ANNA, false, Control.PAUSE)));
      lose(second, first, database);
      Eventually.await("it is taken over", LIMIT, () -> second.service.runningStreams() == 1);
      DescribedStream resumed = await(second.client.control(new ControlStream(start.stream(), TestNode.ANNA, false, Control.RESUME)));
      assertThat(resumed.state().status()).isEqualTo("STREAMING");
      List<StreamRecord> log = second.ended(start.stream());
      assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
      assertThat(TestNode.notices(log)).containsExactly("paused", "resumed", "continued");
    }
  }

  @Test
  void aGroupThatIsTakenOverStillEndsAsOne() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode first = TestNode.alone(database, TestNode.simulating(SLOW));
        TestNode second = first.beside(database, "streaming-b", TestNode.simulating(FAST))) {
      StartGroup group = TestNode.group("interleave", "[[words:3]] [[rate:1000]] Short.", "[[words:800]] Long.");
      await(first.client.startGroup(group));
      first.ended(group.agents().getFirst().stream());
      first.awaitHead(group.agents().getLast().stream(), 5);
      lose(second, first, database);
      StreamRecord.End end = TestNode.end(second.ended(group.agents().getLast().stream()));
      assertThat(end.status()).isEqualTo("COMPLETED");
      assertThat(end.group().streams()).isEqualTo(Map.of("agent-0", "COMPLETED", "agent-1", "COMPLETED"));
    }
  }

  @Test
  void aStreamStaysWithTheNodeThatBeganItWhenTheRingMovesItsKey() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode first = TestNode.alone(database, Map.of()); TestNode second = first.beside(database, "streaming-b", Map.of())) {
      StartStream start = new Asking("[[stall-after:3]] Stay.").in("moving").start();
      first.start(start);
      first.awaitHead(start.stream(), 3);
      // For the second node all keys are its own; the first is a member that is on its way out.
      second.members.says(first.self, MemberState.DRAINING);
      await(second.vertx.timer(300));
      assertThat(first.service.runningStreams()).isEqualTo(1);
      await(second.client.cancel(new CancelStream(start.stream(), TestNode.ANNA, false)));
      assertThat(TestNode.end(second.ended(start.stream())).status()).isEqualTo("CANCELLED");
    }
  }

  @Test
  void aStoppingNodeEndsWhatDoesNotEndInTime() throws Exception {
    DatabaseConfig database = TestPostgres.freshOfLongUp();
    try (TestNode node = TestNode.alone(database, Map.of("CHORUS_DRAIN_SECONDS", "2"))) {
      StartStream slow = TestNode.asking("[[stall-after:2]] Stop.");
      node.start(slow);
      node.awaitHead(slow.stream(), 2);
      await(node.service.drain());
      StreamRecord.End end = TestNode.end(node.ended(slow.stream()));
      assertThat(end.status()).isEqualTo("FAILED");
      assertThat(end.seq()).isEqualTo(3);
    }
  }
}
