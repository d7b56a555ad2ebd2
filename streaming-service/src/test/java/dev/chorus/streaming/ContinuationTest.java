package dev.chorus.streaming;

import static dev.chorus.streaming.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.bus.StreamRecord.Notice;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.ControlStream;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.streaming.recovery.Said;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Dialect;
import dev.chorus.testkit.provider.Fault;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Place;
import dev.chorus.testkit.provider.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One provider breaks off wherever it can, another one makes it good: over real HTTP, into a real log. */
final class ContinuationTest {
  private static final Answer FULL = Answer.text("Here is what I found – 好 😀 – and more.").withReasoning("Let me think about it.")
      .withTool("search",
          "{\"query\":", "\"ships\"", "}");
  private static final Answer TEXT = Answer.words(12);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static MockProvider one;
  private static MockProvider two;
  private static TestNode node;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    one = new MockProvider(Plan.whole(TEXT));
    two = new MockProvider(Plan.whole(TEXT));
    Path file = directory.resolve("providers.json");
    Files.writeString(file, "{\"providers\":[{" + entry(Dialect.OPENAI, "one", one) + "},{" + entry(Dialect.OPENAI, "halting", one)
        + ",\"interChunkTimeoutMs\":1000},{"
        + entry(Dialect.OPENAI, "two", two)
        + "},{" + entry(Dialect.ANTHROPIC, "claude", two) + ",\"prefill\":true}],\"models\":["
        + "{\"name\":\"m\",\"targets\":[{\"provider\":\"one\"},{\"provider\":\"two\"}],\"price\":{\"promptPerMillion\":1000000,\"completionPerMillion\":1000000}},"
        + "{\"name\":\"halting\",\"targets\":[{\"provider\":\"halting\"},{\"provider\":\"two\"}]},"
        + "{\"name\":\"prefill\",\"targets\":[{\"provider\":\"one\"},{\"provider\":\"claude\"}]},"
        + "{\"name\":\"stubborn\",\"targets\":[{\"provider\":\"one\"},{\"provider\":\"two\"}],\"recovery\":false}],"
        + "\"retry\":{\"baseDelayMs\":1},\"breaker\":{\"failures\":100000}}");
    node = TestNode.alone(Map.of("CHORUS_PROVIDERS", file.toString(), "MOCK_KEY", "key"));
  }

  private static String entry(Dialect dialect, String name, MockProvider mock) {
    return dialect.entry(name, mock.url()).replace("\"apiKeyEnv\": \"MOCK_KEY\", ", "");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    one.close();
    two.close();
  }

  private static List<StreamRecord> answer(String model, boolean raw, Plan first, Plan second) throws Exception {
    // A status that passes by is tried again at the same place.
    one.otherwise(second);
    one.then(first);
    two.otherwise(second);
    Asking asking = new Asking("hello").of(model);
    List<StreamRecord> log = node.ended(node.start((raw ? asking.keepingFrames() : asking).start()).streamId());
    assertThat(log).extracting(StreamRecord::seq).isEqualTo(LongStream.rangeClosed(1, log.size()).boxed().toList());
    assertThat(log).filteredOn(StreamRecord.End.class::isInstance).hasSize(1);
    return log;
  }

  private static String arguments(List<StreamRecord> log) {
    List<Chunk> chunks = new ArrayList<>();
    for (StreamRecord record : log)
      if (record instanceof Chunk chunk && chunk.kind() == Kind.TOOL)
        chunks.add(chunk);
      else if (record instanceof Notice notice && notice.fromSeq() != null)
        chunks.removeIf(chunk -> chunk.seq() > notice.fromSeq());
    StringBuilder arguments = new StringBuilder();
    chunks.stream().map(chunk -> chunk.tool().arguments()).filter(text -> text != null).forEach(arguments::append);
    return arguments.toString();
  }

  @Test
  void whereverAProviderBreaksOffTheReaderEndsWithTheWholeAnswer() throws Exception {
    for (boolean raw : new boolean[]{false, true})
      for (Place place : Place.values())
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.STALL))) {
          String what = fault + " " + place + (raw ? " raw" : "");
          List<StreamRecord> log = answer("m", raw, Plan.failing(FULL, fault, place), Plan.whole(FULL));
          StreamRecord.End end = TestNode.end(log);
          assertThat(end.status()).as(what).isEqualTo("COMPLETED");
          assertThat(end.finishReason()).as(what).isEqualTo("tool_calls");
          Said said = Said.of(log);
          assertThat(said.text()).as(what).isEqualTo(FULL.whole());
          assertThat(said.reasoning()).as(what).isEqualTo("Let me think about it.");
          assertThat(arguments(log)).as(what).isEqualTo("{\"query\":\"ships\"}");
          // A reset overtakes what is still under way, so that it may seem to come earlier than it did.
          if (fault != Fault.RESET)
            assertNotices(what, log, place);
        }
  }

  private static void assertNotices(String what, List<StreamRecord> log, Place place) {
    List<String> notices = switch (place) {
      case BEFORE_HEADERS, AFTER_HEADERS, IN_FIRST_CHUNK, AFTER_REASON -> List.of();
      case MIDDLE -> List.of("failover", "continued");
      case IN_REASONING, IN_TOOL_CALL, BEFORE_REASON -> List.of("failover", "reset");
    };
    assertThat(TestNode.notices(log)).as(what).isEqualTo(notices);
    if (notices.isEmpty())
      return;
    // What the lost attempt has used is counted, if only by estimate.
    assertThat(TestNode.end(log).usage().estimated()).as(what).isTrue();
    assertThat(TestNode.end(log).cost().amount()).as(what).isEqualTo((double) TestNode.end(log).usage().totalTokens());
  }

  @Test
  void aSilentProviderIsLeftForTheNext() throws Exception {
    List<StreamRecord> log = answer("halting", false, Plan.failing(TEXT, Fault.STALL, Place.MIDDLE), Plan.whole(TEXT));
    assertThat(TestNode.text(log)).isEqualTo(TEXT.whole());
    assertThat(TestNode.notices(log)).containsExactly("failover", "continued");
  }

  @Test
  void theFramesOfAContinuedAnswerSayItsTextOnce() throws Exception {
    // The second provider cuts its tokens otherwise, so that the seam goes through one.
    Answer coarse = new Answer(List.of(), List.of(TEXT.whole().substring(0, 33), TEXT.whole().substring(33)), null, List.of());
    List<StreamRecord> log = answer("m", true, Plan.failing(TEXT, Fault.CUT, Place.MIDDLE), Plan.whole(coarse));
    StringBuilder text = new StringBuilder();
    List<String> reasons = new ArrayList<>();
    for (StreamRecord record : log)
      if (record instanceof Chunk chunk && chunk.raw() != null)
        for (JsonNode choice : Json.read(chunk.raw()).path("choices")) {
          text.append(choice.path("delta").path("content").asText(""));
          if (choice.hasNonNull("finish_reason"))
            reasons.add(choice.path("finish_reason").asText());
        }
    assertThat(text.toString()).isEqualTo(TEXT.whole());
    assertThat(reasons).containsExactly("stop");
  }

  @Test
  void aShorterAnswerTakesBackWhatWasSaidTooMuch() throws Exception {
    List<StreamRecord> log = answer("m", true, Plan.failing(TEXT, Fault.ERROR, Place.MIDDLE), Plan.whole(Answer.text("word1 word2")));
    assertThat(TestNode.text(log)).isEqualTo("word1 word2");
    assertThat(TestNode.notices(log)).containsExactly("failover", "reset");
  }

  @Test
  void aTargetThatCanGoesOnFromTheExactText() throws Exception {
    two.requests().clear();
    List<StreamRecord> log = answer("prefill", false, Plan.failing(TEXT, Fault.END, Place.MIDDLE), Plan.whole(TEXT));
    assertThat(TestNode.text(log)).isEqualTo(TEXT.whole());
    assertThat(TestNode.notices(log)).containsExactly("failover", "continued");
    assertThat(two.requests().poll(60, TimeUnit.SECONDS).body()).contains("word1 word2");
  }

  @Test
  void aPausedStreamStopsItsProvider() throws Exception {
    one.then(Plan.endless(Answer.words(1000)));
    StreamId stream = node.start(new Asking("hello").of("m").start()).streamId();
    Eventually.await("much is written", LIMIT, () -> one.written() > 1_000_000);
    Ack.StreamState paused = await(node.client.control(new ControlStream(stream, TestNode.ANNA, false, Control.PAUSE))).state();
    assertThat(paused.status()).isEqualTo("PAUSED");
    assertThat(paused.usage().completionTokens()).isPositive();
    // What sockets and buffers hold is still taken; then its writes block.
    long written = Eventually.atRest("its writes block", LIMIT, one::written);
    await(node.client.control(new ControlStream(stream, TestNode.ANNA, false, Control.RESUME)));
    Eventually.await("it writes on", LIMIT, () -> one.written() > written);
    assertThat(await(node.client.control(new ControlStream(stream, TestNode.ANNA, false, Control.CANCEL))).state().status())
        .isEqualTo("CANCELLED");
  }

  @Test
  void aModelWithoutRecoveryFailsWithWhatItHas() throws Exception {
    List<StreamRecord> log = answer("stubborn", false, Plan.failing(TEXT, Fault.END, Place.MIDDLE), Plan.whole(TEXT));
    assertThat(TestNode.end(log).status()).isEqualTo("FAILED");
    assertThat(TEXT.whole()).startsWith(TestNode.text(log));
    assertThat(TestNode.notices(log)).isEmpty();
    // Before the first token it is as any other.
    assertThat(TestNode.end(answer("stubborn", false, Plan.failing(TEXT, Fault.END, Place.AFTER_HEADERS), Plan.whole(TEXT))).status())
        .isEqualTo("COMPLETED");
  }
}
