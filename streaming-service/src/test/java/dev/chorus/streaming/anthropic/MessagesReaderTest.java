package dev.chorus.streaming.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.Decoder;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.exchange.Hearing;
import dev.chorus.streaming.exchange.SseAnswer;
import dev.chorus.streaming.exchange.Transcripts;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.PrefixGap;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.TestEntries;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagesReaderTest {
  private static final ErrorBody ERRORS = new ErrorBody(TestEntries.entry("anthropic", "http://127.0.0.1:1"), "http://127.0.0.1:1");

  private static Decoder decoder(boolean raw, String prefix) {
    return new SseAnswer(new MessagesReader(new ChatFrames("x", 1000, "m", raw), ERRORS, new PrefixGap(prefix)));
  }

  private static Hearing hear(String name) {
    return Hearing.anyhow(() -> decoder(true, null), Transcripts.bytes(name));
  }

  private static Hearing hearEvents(String prefix, String... events) {
    StringBuilder body = new StringBuilder();
    for (String event : events)
      body.append("event: x\ndata: ").append(event).append("\n\n");
    return Hearing.of(decoder(true, prefix), body.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textComesWithItsReasonAndUsage() {
    Hearing basic = hear("anthropic-basic");
    assertThat(basic.text()).isEqualTo("Hello there!");
    assertThat(basic.finish()).isEqualTo(new Finish("stop", new Usage(11, 6, 17, null)));
    assertThat(basic.heard()).contains(new Heard.Counted(new Usage(11, 1, 12, null)));
  }

  @Test
  void everyRecordedAnswerIsWhole() {
    for (String name : List.of("basic", "continuation-after-refusal", "fallback", "refusal-2026", "server-fallback-block",
        "spliced-message-start",
        "text-2026", "thinking-signature-refusal-midstream", "tool-use", "tool-use-max-tokens-truncated-json")) {
      Hearing heard = hear("anthropic-" + name);
      assertThat(heard.failure()).as(name).isNull();
      assertThat(heard.saidWhy()).as(name).isTrue();
      assertThat(heard.finish().usage().completionTokens()).as(name).isPositive();
    }
  }

  @Test
  void aToolCallKeepsItsIdNameAndArguments() throws Exception {
    Hearing tool = hear("anthropic-tool-use");
    assertThat(tool.finish().reason()).isEqualTo("tool_calls");
    assertThat(tool.tools().getFirst()).satisfies(first -> {
      assertThat(first.index()).isZero();
      assertThat(first.id()).startsWith("toolu_");
      assertThat(first.name()).isNotEmpty();
    });
    assertThat(Json.read(tool.arguments(0)).isObject()).isTrue();
    assertThat(tool.text()).isNotEmpty();
  }

  @Test
  void argumentsThatAreCutByTheLimitStayCut() {
    Hearing cut = hear("anthropic-tool-use-max-tokens-truncated-json");
    assertThat(cut.finish().reason()).isEqualTo("length");
    assertThat(cut.arguments(0)).startsWith("{\"filename\": \"taxes.txt\"").endsWith("\n\"Filing taxes");
  }

  @Test
  void aCallWithoutArgumentsHasAnEmptyObject() {
    Hearing call = hearEvents(null, "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}",
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"now\",\"input\":{}}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}",
        "{\"type\":\"content_block_stop\",\"index\":0}");
    assertThat(call.arguments(0)).isEqualTo("{}");
  }

  @Test
  void thinkingIsReasoningAndARefusalIsNamed() {
    Hearing refused = hear("anthropic-thinking-signature-refusal-midstream");
    assertThat(refused.reasoning()).startsWith("Simple educational question");
    assertThat(refused.text()).isEqualTo("Hi");
    assertThat(refused.finish().reason()).isEqualTo("content_filter");
    Hearing silent = hear("anthropic-refusal-2026");
    assertThat(silent.text()).startsWith("This request triggered restrictions");
    assertThat(silent.frames()).anyMatch(frame -> frame.raw().contains("\"refusal\":\"This request"));
  }

  @Test
  void aMessageThatBeginsAnewNumbersItsToolsOn() {
    Hearing spliced = hear("anthropic-spliced-message-start");
    assertThat(spliced.tools()).filteredOn(tool -> tool.id() != null).extracting(ToolDelta::index).containsExactly(0, 1);
    assertThat(spliced.arguments(1)).isEqualTo("{\"value\":\"Sparkle Day\"}");
  }

  @Test
  void anErrorWithinTheStreamIsAFailureThatKeepsWhatCameBefore() {
    Hearing broken = hear("anthropic-error-overloaded");
    assertThat(broken.text()).isEqualTo("Hello there!");
    assertThat(broken.failure().cause()).isEqualTo(Cause.IN_BAND);
    assertThat(broken.failure().type()).isEqualTo("overloaded_error");
    assertThat(broken.saidWhy()).isFalse();
  }

  @Test
  void theFramesAreAChatCompletion() throws Exception {
    Hearing tool = hear("anthropic-tool-use");
    List<JsonNode> chunks = new java.util.ArrayList<>();
    for (Frame frame : tool.frames())
      chunks.add(Json.read(frame.raw()));
    assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(chunks).allSatisfy(chunk -> {
      assertThat(chunk.path("id").asText()).isEqualTo("chatcmpl-x");
      assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
    });
    assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(chunks.getLast().at("/usage/total_tokens").asLong()).isEqualTo(tool.finish().usage().totalTokens());
    assertThat(Hearing.of(decoder(false, null), Transcripts.bytes("anthropic-tool-use")).frames()).allMatch(frame -> frame.raw() == null)
        .allMatch(frame -> !frame.pieces().isEmpty());
  }

  @Test
  void cachedTokensBelongToThePrompt() {
    Hearing cached = hearEvents(null,
        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":100,\"output_tokens\":1}}}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}}",
        "{\"type\":\"message_stop\"}");
    assertThat(cached.heard().getLast()).isInstanceOf(Heard.Done.class);
    assertThat(cached.finish().usage()).isEqualTo(new Usage(123, 7, 130, null));
    assertThat(cached.frames().getLast().raw()).contains("\"cached_tokens\":100");
  }

  @Test
  void whatIsNotAnEventIsMalformedAndWhatIsNotKnownIsLeftOut() {
    for (String data : List.of("{", "12", "null", "[]", "{\"type\":5}", "{}"))
      assertThat(hearEvents(null, data).failure().cause()).as(data).isEqualTo(Cause.MALFORMED);
    assertThat(
        hearEvents(null, "{\"type\":\"news\"}", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"other_delta\"}}")
            .heard())
        .isEmpty();
  }

  @Test
  void aContinuationLeavesOutTheWhiteSpaceThatThePrefixHasAlready() {
    String start = "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"";
    assertThat(hearEvents("One \n", start + " \"}}", start + "\\ntwo\"}}", start + " three\"}}").text()).isEqualTo("two three");
    assertThat(hearEvents("One", start + " two\"}}").text()).isEqualTo(" two");
  }
}
