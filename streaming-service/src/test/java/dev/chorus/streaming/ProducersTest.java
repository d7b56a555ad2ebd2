package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.StreamRecords;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.Ring;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers that are generated elsewhere, by JSON over the event bus as any program of the cluster would send it. */
final class ProducersTest {
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    node = TestNode.alone(Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  /** A program that counts its steps. */
  private static final class Producer {
    final String id;
    final long epoch;
    long seq;

    Producer(String id, long epoch) {
      this.id = id;
      this.epoch = epoch;
    }

    JsonObject step(String op) {
      return at(op, ++seq);
    }

    JsonObject at(String op, long number) {
      return new JsonObject().put("op", op).put("producer", new JsonObject().put("id", id).put("epoch", epoch).put("seq", number));
    }
  }

  private static JsonObject send(JsonObject step) throws Exception {
    return await(node.vertx.eventBus().<JsonObject>request("chorus.streams", step)).body();
  }

  private static String refusal(JsonObject step) throws Exception {
    try {
      await(node.vertx.eventBus().<JsonObject>request("chorus.streams", step));
    } catch (ExecutionException refused) {
      ReplyException reply = (ReplyException) refused.getCause();
      return reply.failureCode() + " " + reply.getMessage().split(":", 2)[0];
    }
    throw new AssertionError("it was taken");
  }

  private static ProduceStream step(StreamId stream, RoomId room, String op, long seq) {
    return new ProduceStream(stream, room, op, op.equals("append") ? "text" : null, null, null, null, "program", 1, seq, null);
  }

  @Test
  void aNodeDoesNotTellOfStreamsThatHaveEndedWhereTheirKeyWasMeanwhile() throws Exception {
    DatabaseConfig database = TestPostgres.fresh();
    try (TestNode first = TestNode.alone(database, Map.of()); TestNode second = first.beside(database, "streaming-b", Map.of())) {
      Ring both = Ring.of(List.of(first.self, second.self));
      RoomId room = IntStream.range(0, 1000).mapToObj(i -> new RoomId("room" + i))
          .filter(one -> both.owns(second.self, one.value())).findFirst().orElseThrow();
      StreamId stream = StreamId.of(room, "produced");
      await(first.client.produce(step(stream, room, "open", 1)));
      await(first.client.produce(step(stream, room, "append", 2)));
      // The key goes to the second, where the stream ends, and comes back.
      first.members.says(second.self, MemberState.SERVING);
      first.heedsMembers();
      await(second.client.produce(step(stream, room, "end", 3)));
      first.members.left(second.self);
      await(first.client.watch(first.self, new WatchStreams(first.gateway, List.of(room), List.of(), List.of(), List.of())));
      for (int digests = 0; digests < 2;) {
        GatewayMessage heard = first.heard.poll(60, TimeUnit.SECONDS);
        assertThat(heard).as("digests come").isNotNull();
        if (heard instanceof GatewayMessage.StreamDigest digest) {
          digests++;
          assertThat(digest.heads()).extracting(StreamHead::stream).doesNotContain(stream);
        }
      }
    }
  }

  private static List<StreamRecord> log(StreamId stream) throws Exception {
    return await(node.client.read(new ReadStream(stream, 0, 1000))).records();
  }

  @Test
  void aProducerHasNoMoreRunningStreamsThanAnyOtherUser() throws Exception {
    Producer busy = new Producer("busy", 1);
    JsonObject last = null;
    for (int i = 0; i < 20; i++) {
      last = busy.step("open");
      send(last);
    }
    assertThat(refusal(busy.step("open"))).isEqualTo("429 rate_limited");
    // A repeat of one that was taken is none more, and others have streams of their own.
    assertThat(send(last).getLong("seq")).isZero();
    send(new Producer("idle", 1).step("open"));
  }

  @Test
  void stepByStepItBecomesAStreamOfTheRoom() throws Exception {
    await(node.client.watch(node.self, new WatchStreams(node.gateway, List.of(new RoomId("outside")), List.of(), List.of(), List.of())));
    Producer producer = new Producer("writer-1", 7);
    JsonObject opened = send(producer.step("open").put("room", "outside").put("agentId", "writer"));
    StreamId stream = new StreamId(opened.getString("streamId"));
    assertThat(stream.room()).contains(new RoomId("outside"));
    assertThat(send(producer.step("append").put("streamId", stream.value()).put("text", "Hm.").put("kind", "reasoning")).getLong("seq"))
        .isEqualTo(1);
    assertThat(send(producer.step("append").put("streamId", stream.value()).put("text", "Yes.")).getLong("seq")).isEqualTo(2);
    assertThat(send(producer.step("end").put("streamId", stream.value())).getLong("seq")).isEqualTo(3);
    List<StreamRecord> log = log(stream);
    assertThat(log.subList(0, 2)).containsExactly(new Chunk(1, Kind.REASONING, "Hm.", null, null, null),
        new Chunk(2, Kind.CONTENT, "Yes.", null, null, null));
    assertThat(TestNode.end(log).status()).isEqualTo("COMPLETED");
    // The gateway has heard each of them.
    long told = 0;
    while (told < 3) {
      GatewayMessage heard = node.heard.poll(60, TimeUnit.SECONDS);
      assertThat(heard).as("something is told until the end").isNotNull();
      if (heard instanceof StreamFanout fanout)
        for (StreamRecords records : fanout.streams())
          if (records.stream().equals(stream)) {
            assertThat(records.prev()).isEqualTo(told);
            told = records.last();
          }
    }
  }

  @Test
  void aRepeatChangesNothingAndGetsTheSameAnswer() throws Exception {
    Producer producer = new Producer("writer-2", 1);
    JsonObject open = producer.step("open");
    String stream = send(open).getString("streamId");
    assertThat(send(open).getString("streamId")).isEqualTo(stream);
    JsonObject first = producer.step("append").put("streamId", stream).put("text", "a");
    JsonObject second = producer.step("append").put("streamId", stream).put("text", "b");
    send(first);
    send(second);
    assertThat(send(first)).isEqualTo(new JsonObject().put("streamId", stream).put("seq", 1));
    assertThat(send(second)).isEqualTo(new JsonObject().put("streamId", stream).put("seq", 2));
    assertThat(log(new StreamId(stream))).hasSize(2);
    assertThat(refusal(producer.at("append", 9).put("streamId", stream).put("text", "c"))).as("a gap").isEqualTo("409 conflict");
    JsonObject end = producer.step("end").put("streamId", stream);
    send(end);
    assertThat(send(end).getLong("seq")).isEqualTo(3);
    assertThat(refusal(producer.step("append").put("streamId", stream).put("text", "late"))).isEqualTo("409 conflict");
  }

  @Test
  void aLaterEpochTakesOverAndTheOlderIsRefused() throws Exception {
    Producer old = new Producer("writer-3", 1);
    String stream = send(old.step("open")).getString("streamId");
    send(old.step("append").put("streamId", stream).put("text", "a"));
    Producer young = new Producer("writer-3", 2);
    JsonObject step = young.at("append", 100).put("streamId", stream).put("text", "b");
    assertThat(send(step).getLong("seq")).isEqualTo(2);
    assertThat(send(step).getLong("seq")).isEqualTo(2);
    assertThat(refusal(old.step("append").put("streamId", stream).put("text", "x"))).isEqualTo("409 conflict");
    assertThat(refusal(new Producer("somebody", 9).step("append").put("streamId", stream).put("text", "x"))).isEqualTo("404 not_found");
    assertThat(TestNode.text(log(new StreamId(stream)))).isEqualTo("ab");
    assertThat(send(young.at("cancel", 101).put("streamId", stream)).getLong("seq")).isEqualTo(3);
    assertThat(TestNode.end(log(new StreamId(stream))).status()).isEqualTo("CANCELLED");
  }

  @Test
  void theEndSaysWhatThereWasOfItAndWhatTheProducerHasUsed() throws Exception {
    Producer producer = new Producer("writer-6", 1);
    StreamId counted = new StreamId(send(producer.step("open")).getString("streamId"));
    send(producer.step("append").put("streamId", counted.value()).put("text", "für dich"));
    send(producer.step("append").put("streamId", counted.value()).put("text", "Hm.").put("kind", "reasoning"));
    StreamMetrics running = await(node.client.measure(new MeasureStream(counted))).metrics();
    assertThat(running.chunks()).isEqualTo(2);
    assertThat(running.bytes()).isEqualTo(12);
    send(producer.step("end").put("streamId", counted.value()).put("usage",
        new JsonObject().put("promptTokens", 7).put("completionTokens", 3)));
    StreamRecord.End end = TestNode.end(log(counted));
    assertThat(end.usage()).isEqualTo(new Usage(7, 3, 10, null));
    assertThat(end.metrics().chunks()).isEqualTo(2);
    assertThat(end.metrics().bytes()).isEqualTo(12);
    assertThat(end.metrics().firstTokenMs()).isBetween(0L, end.metrics().durationMs());
    StreamId guessed = new StreamId(send(producer.step("open")).getString("streamId"));
    send(producer.step("append").put("streamId", guessed.value()).put("text", "twelve bytes"));
    send(producer.step("cancel").put("streamId", guessed.value()));
    assertThat(TestNode.end(log(guessed)).usage()).isEqualTo(new Usage(0, 3, 3, true));
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    Producer producer = new Producer("writer-4", 1);
    assertThat(refusal(producer.step("dance").put("streamId", "~x"))).isEqualTo("400 bad_request");
    assertThat(refusal(producer.step("append").put("text", "x"))).isEqualTo("400 bad_request");
    assertThat(refusal(producer.step("append").put("streamId", "~nothing").put("text", "x"))).isEqualTo("404 not_found");
    assertThat(refusal(new JsonObject().put("op", "open"))).isEqualTo("400 bad_request");
    assertThat(refusal(producer.step("end").put("streamId", "~x").put("usage", new JsonObject().put("promptTokens", -1)
        .put("completionTokens", 1)))).isEqualTo("400 bad_request");
    assertThat(refusal(producer.step("open").put("room", "no room"))).isEqualTo("400 bad_request");
    assertThat(refusal(producer.step("open").put("room", "here").put("streamId", "there~x"))).isEqualTo("400 bad_request");
  }

  @Test
  void anAdminCancelsIt() throws Exception {
    Producer producer = new Producer("writer-5", 1);
    StreamId cancelled = new StreamId(send(producer.step("open")).getString("streamId"));
    assertThat(await(node.client.control(new ControlStream(cancelled, TestNode.ANNA, true, Control.CANCEL))).state().status())
        .isEqualTo("CANCELLED");
  }

  @Test
  void silenceEndsIt() throws Exception {
    try (TestNode impatient = TestNode.alone(Map.of("CHORUS_STREAM_TAKEOVER_SECONDS", "1"))) {
      StreamId silent = new StreamId("~silent");
      await(impatient.client.produce(step(silent, null, "open", 1)));
      StreamRecord.End end = TestNode.end(impatient.ended(silent));
      assertThat(end.status()).isEqualTo("FAILED");
      assertThat(end.failure().error().code()).isEqualTo("timeout");
    }
  }
}
