package dev.chorus.streaming.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.Json;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.Decoder;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Hearing;
import dev.chorus.streaming.exchange.SseAnswer;
import dev.chorus.streaming.exchange.Transcripts;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.TestEntries;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ResponsesReaderTest {
  private static Decoder decoder() {
    ErrorBody errors = new ErrorBody(TestEntries.entry("openai", "http://127.0.0.1:1/v1"), "http://127.0.0.1:1/v1");
    return new SseAnswer(new ResponsesReader(new ChatFrames("x", 1000, "m", true), errors));
  }

  private static Hearing hear(String name) {
    return Hearing.anyhow(ResponsesReaderTest::decoder, Transcripts.bytes("openai-responses-" + name));
  }

  private static Hearing hearEvents(String... events) {
    StringBuilder body = new StringBuilder();
    for (String event : events)
      body.append("data: ").append(event).append("\n\n");
    return Hearing.of(decoder(), body.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textComesWithItsReasonAndUsage() throws Exception {
    Hearing text = hear("text");
    assertThat(text.text()).isEqualTo("Hello");
    assertThat(text.finish()).isEqualTo(new Finish("stop", new Usage(11, 11, 22, null)));
    assertThat(Json.read(text.frames().getFirst().raw()).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(Json.read(text.frames().getLast().raw()).at("/usage/total_tokens").asLong()).isEqualTo(22);
  }

  @Test
  void aFunctionCallAndReasoningAreTold() {
    Hearing tool = hear("tool-call");
    assertThat(tool.tools().getFirst().name()).isEqualTo("weather");
    assertThat(tool.tools().getFirst().id()).startsWith("call_");
    assertThat(tool.arguments(0)).isEqualTo("{\"location\":\"San Francisco\"}");
    assertThat(tool.finish().reason()).isEqualTo("tool_calls");
    Hearing reasoning = hear("reasoning-encrypted");
    assertThat(reasoning.reasoning()).startsWith("**Calculating");
    assertThat(reasoning.saidWhy()).isTrue();
  }

  @Test
  void anErrorIsAFailureWithItsCode() {
    Hearing broken = hear("error");
    assertThat(broken.failure().cause()).isEqualTo(Cause.IN_BAND);
    assertThat(broken.failure().code()).isEqualTo("insufficient_quota");
    assertThat(broken.failure().message()).doesNotContain("https://");
    assertThat(broken.saidWhy()).isFalse();
    assertThat(hearEvents("{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Oh\"}").failure().message()).isEqualTo("Oh");
    assertThat(hearEvents("{").failure().cause()).isEqualTo(Cause.MALFORMED);
  }

  @Test
  void whatIsIncompleteSaysWhyAndWhatIsRefusedIsRead() {
    Hearing cut = hearEvents("{\"type\":\"response.refusal.delta\",\"delta\":\"No.\"}",
        "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}}");
    assertThat(cut.text()).isEqualTo("No.");
    assertThat(cut.finish()).isEqualTo(new Finish("length", null));
    assertThat(hearEvents("{\"type\":\"response.incomplete\",\"response\":{}}").saidWhy()).isFalse();
  }
}
