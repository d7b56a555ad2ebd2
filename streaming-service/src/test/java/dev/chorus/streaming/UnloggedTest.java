package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.testkit.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams that nobody wants logged: they run as others do, on their node alone. */
final class UnloggedTest {
  private static TestNode node;
  private static DatabaseConfig database;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.fresh();
    node = TestNode.alone(database, Map.of("CHORUS_MAX_STREAMS_PER_USER", "2"));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static StartStream unlogged(String prompt) {
    StartStream it = TestNode.asking(prompt);
    return new StartStream(it.stream(), null, it.user(), it.request(), true, null, null, null, "token", null, true, false, null, null,
        false,
        node.gateway, "request-1");
  }

  @Test
  void itIsSaidToItsEndAndCanBeReadAndDescribed() throws Exception {
    StreamId stream = node.start(unlogged("hello [[words:20]] [[rate:2000]]")).streamId();
    List<StreamRecord> records = node.ended(stream);
    assertThat(TestNode.end(records).status()).isEqualTo("COMPLETED");
    assertThat(records).extracting(StreamRecord::seq)
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, records.size()).boxed().toList());
    var state = await(node.client.describe(new DescribeStream(stream))).state();
    assertThat(state.text()).isEqualTo(TestNode.text(records)).isNotBlank();
    assertThat(state.status()).isEqualTo("COMPLETED");
    assertThat(
        await(node.client.watch(node.self, new WatchStreams(node.gateway, List.of(), List.of(stream), List.of(), List.of()))).heads())
        .singleElement().satisfies(head -> assertThat(head.head()).isEqualTo(records.size()));
    // A reader in the middle gets the rest.
    assertThat(await(node.client.read(new ReadStream(stream, 5, 3))).records()).extracting(StreamRecord::seq).containsExactly(6L, 7L, 8L);
  }

  @Test
  void itIsControlledAndCountsAsRunning() throws Exception {
    StreamId one = node.start(unlogged("[[words:5000]]")).streamId();
    StreamId two = node.start(unlogged("[[words:5000]]")).streamId();
    assertThatThrownBy(() -> node.start(unlogged("[[words:5]]"))).hasMessageContaining("Too many").rootCause()
        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.problem().retryAfterMs()).isPositive());
    assertThat(await(node.client.control(new ControlStream(one, TestNode.ANNA, false, Control.PAUSE))).state().status())
        .isEqualTo("PAUSED");
    for (StreamId stream : List.of(one, two))
      assertThat(await(node.client.control(new ControlStream(stream, TestNode.ANNA, false, Control.CANCEL))).state().status())
          .isEqualTo("CANCELLED");
    assertThat(TestNode.end(node.ended(one)).status()).isEqualTo("CANCELLED");
    // What has ended counts no more, though it can be read for a while.
    assertThat(TestNode.end(node.ended(node.start(unlogged("[[words:5]]")).streamId())).status()).isEqualTo("COMPLETED");
    assertThat(TestNode.end(node.ended(node.start(unlogged("[[words:5]]")).streamId())).status()).isEqualTo("COMPLETED");
    assertThat(TestNode.end(node.ended(node.start(unlogged("[[words:5]]")).streamId())).status()).isEqualTo("COMPLETED");
  }

  @Test
  void nothingOfItIsInTheLogThatOtherNodesRead() throws Exception {
    try (TestNode other = node.beside(database, "streaming-b", Map.of())) {
      StreamId stream = node.start(unlogged("[[words:5]] [[rate:2000]]")).streamId();
      node.ended(stream);
      assertThatThrownBy(() -> await(other.client.read(new ReadStream(stream, 0, 10)))).hasMessageContaining("no such stream");
    }
  }
}
