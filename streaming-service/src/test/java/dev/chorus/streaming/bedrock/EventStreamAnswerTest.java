package dev.chorus.streaming.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.anthropic.MessagesReader;
import dev.chorus.streaming.exchange.Decoder;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.exchange.Hearing;
import dev.chorus.streaming.exchange.Transcripts;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Finish;
import dev.chorus.streaming.provider.PrefixGap;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.TestEntries;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventStreamAnswerTest {
  private static final ErrorBody ERRORS = new ErrorBody(TestEntries.entry("bedrock", "http://127.0.0.1:1", ",\"region\":\"eu-central-1\""),
      "http://127.0.0.1:1");

  private static Decoder converse() {
    return new EventStreamAnswer(new ConverseEvents(new ChatFrames("x", 1000, "m", true), new PrefixGap(null)), ERRORS);
  }

  private static Decoder invoke() {
    return new EventStreamAnswer(
        new InvokedEvents(new MessagesReader(new ChatFrames("x", 1000, "m", true), ERRORS, new PrefixGap(null))), ERRORS);
  }

  private static byte[] bytes(String name) {
    return Transcripts.file("bedrock-" + name + ".bin");
  }

  @Test
  void textComesWithItsReasonAndTheUsageBehindIt() {
    Hearing text = Hearing.anyhow(EventStreamAnswerTest::converse, bytes("conversestream-text"));
    assertThat(text.text()).startsWith("Let me count the \"r\"s").endsWith("** r's in \"strawberry.\"");
    assertThat(text.finish()).isEqualTo(new Finish("stop", new Usage(22, 55, 77, null)));
    assertThat(text.heard().getLast()).isInstanceOf(Heard.Done.class);
    assertThat(text.frames().getFirst().raw()).contains("\"role\":\"assistant\"");
    assertThat(text.frames().getLast().raw()).contains("\"total_tokens\":77");
  }

  @Test
  void reasoningAndToolCallsAreTold() {
    Hearing reasoning = Hearing.anyhow(EventStreamAnswerTest::converse, bytes("conversestream-reasoning"));
    assertThat(reasoning.reasoning()).startsWith("Let me count the r's").endsWith("So there are 3 r's.");
    assertThat(reasoning.text()).startsWith("There are **3** r's");
    Hearing tool = Hearing.anyhow(EventStreamAnswerTest::converse, bytes("conversestream-tool-call"));
    assertThat(tool.tools().getFirst()).isEqualTo(new ToolDelta(0, "tool-use-id", "test-tool", ""));
    assertThat(tool.arguments(0)).isEqualTo("{\"value\":\"Sparkle Day\"}");
    assertThat(tool.finish()).isEqualTo(new Finish("tool_calls", new Usage(125, 45, 170, null)));
    assertThat(tool.heard().getLast()).as("the usage came before the reason").isInstanceOf(Heard.Done.class);
  }

  @Test
  void anInvokedModelSpeaksItsOwnDialectInside() {
    for (String name : List.of("invokemodel-anthropic", "invokemodel-anthropic-invocationmetrics")) {
      Hearing heard = Hearing.anyhow(EventStreamAnswerTest::invoke, bytes(name));
      assertThat(heard.text()).startsWith("Hello! I'm doing well");
      assertThat(heard.finish().reason()).isEqualTo("stop");
      assertThat(heard.finish().usage().completionTokens()).isPositive();
    }
  }

  @Test
  void anExceptionWithinTheStreamIsAFailureBehindWhatCameBefore() {
    Hearing broken = Hearing.anyhow(EventStreamAnswerTest::converse, bytes("conversestream-midstream-exception"));
    assertThat(broken.text()).startsWith("Let me count");
    assertThat(broken.failure().cause()).isEqualTo(Cause.IN_BAND);
    assertThat(broken.failure().type()).isEqualTo("throttlingException");
    assertThat(broken.failure().message()).isEqualTo("Too many requests, please wait before trying again.");
    assertThat(broken.saidWhy()).isFalse();
  }

  @Test
  void aFrameThatIsCutIsNone() {
    Hearing cut = Hearing.anyhow(EventStreamAnswerTest::converse, bytes("conversestream-truncated-frame"));
    assertThat(cut.saidWhy()).isFalse();
    assertThat(cut.failure()).isNull();
    assertThat(cut.text()).isNotEmpty();
  }

  @Test
  void anyDamagedByteIsNoticedAndNothingOfItsFrameIsTold() {
    byte[] sound = bytes("conversestream-text");
    Hearing whole = Hearing.of(converse(), sound);
    for (int at = 0; at < sound.length; at++) {
      byte[] damaged = Arrays.copyOf(sound, sound.length);
      damaged[at] ^= 0x20;
      Hearing heard = Hearing.of(converse(), damaged);
      boolean noticed = (heard.failure() != null && heard.failure().cause() == Cause.MALFORMED) || !heard.saidWhy()
          || heard.finish().usage() == null;
      assertThat(noticed).as("byte %d", at).isTrue();
      assertThat(whole.text()).as("byte %d", at).startsWith(heard.text());
    }
  }
}
