package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.CancelStream;
import dev.chorus.bus.StreamingMessage.ListStreams;
import dev.chorus.bus.StreamingMessage.ReadStream;
import dev.chorus.bus.StreamingMessage.ReaderGone;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.streaming.TestNode.Asking;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class StreamingServiceTest {
  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    node = TestNode.alone(Map.of("CHORUS_MAX_STREAMS_PER_USER", "3"));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static ErrorCode refusal(Future<?> call) throws Exception {
    try {
      await(call);
    } catch (ExecutionException failed) {
      return ((Refusal) failed.getCause()).problem().code();
    }
    throw new AssertionError("it was not refused");
  }

  @Test
  void anAnswerIsNumberedWithoutGapsAndEndsOnce() throws Exception {
    StartedStream started = node.start(TestNode.asking("[[rate:2000]] What is a stream?"));
    List<StreamRecord> records = node.ended(started.streamId());
    assertThat(records).extracting(StreamRecord::seq)
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, records.size()).boxed().toList());
    assertThat(records).filteredOn(StreamRecord.End.class::isInstance).hasSize(1);
    StreamRecord.End end = TestNode.end(records);
    assertThat(end.status()).isEqualTo("COMPLETED");
    assertThat(end.finishReason()).isEqualTo("stop");
    assertThat(end.usage().completionTokens()).isEqualTo(records.size() - 1);
    assertThat(end.metrics().attempts()).isEqualTo(1);
    assertThat(TestNode.text(records)).contains("“What is a stream?”").endsWith(".");
  }

  @Test
  void whatAWatchingGatewayHearsIsTheLog() throws Exception {
    StartStream start = new Asking("[[rate:2000]] Tell the gateway.").watchedBy(node.gateway).start();
    node.start(start);
    List<StreamRecord> told = new ArrayList<>();
    boolean opened = false;
    while (told.isEmpty() || !(told.getLast() instanceof StreamRecord.End)) {
      GatewayMessage message = node.heard.poll(60, TimeUnit.SECONDS);
      assertThat(message).as("something is told until the end").isNotNull();
      if (!(message instanceof GatewayMessage.StreamFanout fanout))
        continue;
      for (GatewayMessage.StreamRecords records : fanout.streams()) {
        if (!records.stream().equals(start.stream()))
          continue;
        assertThat(records.prev()).isEqualTo(told.size());
        if (records.prev() == 0)
          opened = records.open() != null;
        told.addAll(records.records());
      }
    }
    assertThat(opened).isTrue();
    assertThat(told).isEqualTo(node.ended(start.stream()));
  }

  @Test
  void aRoomIsToldOfItsStreamsAndListsThemWhileTheyRun() throws Exception {
    RoomId room = new RoomId("listed");
    await(node.client.watch(node.self, new WatchStreams(node.gateway, List.of(room), List.of(), List.of(), List.of())));
    StartStream start = new Asking("[[stall-after:3]] Stay.").in("listed").start();
    StartedStream started = node.start(start);
    assertThat(await(node.client.list(new ListStreams(room))).streams()).singleElement().satisfies(head -> {
      assertThat(head.stream()).isEqualTo(start.stream());
      assertThat(head.epoch()).isEqualTo(started.epoch());
      assertThat(head.status()).isEqualTo("STREAMING");
    });
    await(node.client.cancel(new CancelStream(start.stream(), TestNode.ANNA, false)));
    assertThat(TestNode.end(node.ended(start.stream())).status()).isEqualTo("CANCELLED");
    assertThat(await(node.client.list(new ListStreams(room))).streams()).isEmpty();
  }

  @Test
  void onlyTheStarterOrAnAdminCancelsAndCancellingTwiceChangesNothing() throws Exception {
    StartStream start = TestNode.asking("[[stall]] Wait.");
    node.start(start);
    assertThat(refusal(node.client.cancel(new CancelStream(start.stream(), TestNode.BEN, false)))).isEqualTo(ErrorCode.FORBIDDEN);
    await(node.client.cancel(new CancelStream(start.stream(), TestNode.BEN, true)));
    await(node.client.cancel(new CancelStream(start.stream(), TestNode.ANNA, false)));
    assertThat(node.ended(start.stream())).hasSize(1);
    await(node.client.cancel(new CancelStream(start.stream(), TestNode.ANNA, false)));
    assertThat(TestNode.end(node.ended(start.stream())).status()).isEqualTo("CANCELLED");
  }

  @Test
  void theSameClientIdFindsTheSameStreamHoweverManyAskAtOnce() throws Exception {
    List<Future<StartedStream>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++)
      asked.add(node.client.start(new Asking("[[rate:1000]] Once.").once("same", "hash").start()));
    Set<String> streams = new HashSet<>();
    int begun = 0;
    for (Future<StartedStream> future : asked) {
      StartedStream started = await(future);
      streams.add(started.streamId().value());
      if (!started.existing())
        begun++;
    }
    assertThat(streams).hasSize(1);
    assertThat(begun).isEqualTo(1);
    assertThat(refusal(node.client.start(new Asking("Another.").once("same", "other hash").start()))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(await(node.client.start(new Asking("By another.").by(TestNode.BEN).once("same", "hash").start())).existing()).isFalse();
  }

  @Test
  void aStreamThatFailedBeforeItsFirstTokenIsForgottenForItsClientId() throws Exception {
    StartedStream first = node.start(new Asking("[[error:400]] No.").once("again", "hash").start());
    assertThat(TestNode.end(node.ended(first.streamId())).failure().httpStatus()).isEqualTo(400);
    StartedStream second = node.start(new Asking("[[rate:1000]] Yes.").once("again", "hash").start());
    assertThat(second.existing()).isFalse();
    StartedStream later = node.start(new Asking("[[rate:1000]] Yes.").once("again", "hash").start());
    assertThat(later.streamId()).isEqualTo(second.streamId());
  }

  @Test
  void whatBreaksOffAfterTheFirstTokenFailsWithWhatItHas() throws Exception {
    StartedStream started = node.start(TestNode.asking("[[rate:1000]] [[cut-after:4]] Break."));
    List<StreamRecord> records = node.ended(started.streamId());
    // Each of the three attempts says the same and breaks off at the same place.
    assertThat(TestNode.notices(records)).containsExactly("failover", "failover");
    assertThat(records).hasSize(4 + 2 + 1);
    StreamRecord.End end = TestNode.end(records);
    assertThat(end.status()).isEqualTo("FAILED");
    assertThat(end.finishReason()).isNull();
    assertThat(end.failure().error().code()).isEqualTo("unavailable");
    assertThat(end.usage().estimated()).isTrue();
  }

  @Test
  void rawFramesCarryOneIdThroughTheAnswerAndItsUsage() throws Exception {
    StartedStream started = node.start(new Asking("[[rate:1000]] Raw.").keepingFrames().start());
    List<StreamRecord> records = node.ended(started.streamId());
    Set<String> ids = new HashSet<>();
    for (StreamRecord record : records.subList(0, records.size() - 1)) {
      var frame = dev.chorus.protocol.Json.read(((StreamRecord.Chunk) record).raw());
      ids.add(frame.path("id").textValue() + frame.path("created").asLong());
    }
    assertThat(ids).hasSize(1);
    var last = dev.chorus.protocol.Json.read(((StreamRecord.Chunk) records.get(records.size() - 2)).raw());
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.path("usage").path("total_tokens").asLong()).isEqualTo(TestNode.end(records).usage().totalTokens());
  }

  @Test
  void aStreamForOneReaderEndsWhenTheReaderHasGone() throws Exception {
    StartStream start = new Asking("[[slow]] [[words:1000]] For you.").onlyFor(node.gateway).start();
    node.start(start);
    await(node.client.readerGone(new ReaderGone(start.stream(), node.gateway)));
    assertThat(TestNode.end(node.ended(start.stream())).status()).isEqualTo("CANCELLED");
  }

  @Test
  void aPageGoesOnWhereTheReaderIs() throws Exception {
    StartedStream started = node.start(TestNode.asking("[[rate:2000]] [[words:40]] Pages."));
    List<StreamRecord> all = node.ended(started.streamId());
    var page = await(node.client.read(new ReadStream(started.streamId(), 10, 5)));
    assertThat(page.records()).isEqualTo(all.subList(10, 15));
    assertThat(page.head()).isEqualTo(all.size());
    assertThat(page.starter()).isEqualTo(TestNode.ANNA);
    assertThat(await(node.client.read(new ReadStream(started.streamId(), all.size(), 5))).records()).isEmpty();
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    assertThat(refusal(node.client.read(new ReadStream(new dev.chorus.model.StreamId("~nothing"), 0, 10)))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThatThrownBy(() -> {
      try (TestNode strict = TestNode.alone(Map.of("CHORUS_PROVIDERS", "/nowhere/providers.json"))) {
        strict.hashCode();
      }
    }).hasMessageContaining("CHORUS_PROVIDERS");
  }

  @Test
  void aUserHasOnlySoManyAtOnce() throws Exception {
    dev.chorus.model.UserId carl = new dev.chorus.model.UserId("carl");
    List<StartStream> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(new Asking("[[stall]]").by(carl).start());
      node.start(running.getLast());
    }
    assertThat(refusal(node.client.start(new Asking("One more.").by(carl).start()))).isEqualTo(ErrorCode.RATE_LIMITED);
    for (StartStream start : running)
      await(node.client.cancel(new CancelStream(start.stream(), carl, false)));
    node.ended(running.getFirst().stream());
    assertThat(node.start(new Asking("[[rate:1000]] Now.").by(carl).start()).existing()).isFalse();
  }
}
