package dev.chorus.streaming.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Heard;
import dev.chorus.streaming.exchange.SseAnswer;
import dev.chorus.streaming.exchange.Transcripts;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChatDecoderTest {
  private static final ErrorBody ERRORS = new ErrorBody(OpenAiServer.entry("http://127.0.0.1:1/v1"), "http://127.0.0.1:1/v1");

  private static ChatDecoder decoder() {
    return new ChatDecoder(1, true, ERRORS);
  }

  private static Frame said(Heard heard) {
    return ((Heard.Said) heard).frame();
  }

  private static List<Frame> frames(String name, ChatDecoder decoder) throws Exception {
    List<Frame> frames = new ArrayList<>();
    new SseAnswer(decoder).feed(Transcripts.bytes(name), heard -> {
      if (heard instanceof Heard.Said said)
        frames.add(said.frame());
    });
    return frames;
  }

  private static String text(List<Frame> frames) {
    StringBuilder text = new StringBuilder();
    for (Frame frame : frames)
      for (Piece piece : frame.pieces())
        if (piece instanceof Piece.Content content)
          text.append(content.text());
    return text.toString();
  }

  @Test
  void theRecordedAnswersAreWholeWithTheirUsage() throws Exception {
    for (String name : Transcripts.WHOLE) {
      ChatDecoder decoder = new ChatDecoder(Transcripts.choices(name), true, ERRORS);
      assertThat(frames(name, decoder)).as(name).isNotEmpty();
      assertThat(decoder.isWhole()).as(name).isTrue();
      assertThat(decoder.finish().usage()).as(name).isNotNull();
    }
  }

  @Test
  void theReasonIsTheProvidersOwn() throws Exception {
    ChatDecoder length = decoder();
    frames("openai-chat-length", length);
    assertThat(length.finish().reason()).isEqualTo("length");
    ChatDecoder tools = decoder();
    frames("openai-chat-tool-calls-parallel", tools);
    assertThat(tools.finish().reason()).isEqualTo("tool_calls");
    assertThat(tools.finish().usage()).isEqualTo(new Usage(149, 60, 209, null));
  }

  @Test
  void aTruncatedAnswerIsNotWhole() throws Exception {
    ChatDecoder decoder = decoder();
    frames("openai-chat-truncated-clean-close", decoder);
    assertThat(decoder.isWhole()).isFalse();
    assertThat(decoder.saidWhy()).isFalse();
  }

  @Test
  void anErrorWithinTheStreamIsAFailure() {
    Heard heard = decoder().on(
        "{\"error\":{\"message\":\"Broken, see https://provider.example/x with sk-abc123def\",\"type\":\"server_error\",\"code\":null}}");
    var failure = ((Heard.Failed) heard).failure();
    assertThat(failure.cause()).isEqualTo(Cause.IN_BAND);
    assertThat(failure.type()).isEqualTo("server_error");
    assertThat(failure.message()).isEqualTo("Broken, see […] with […]");
    assertThat(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}")).isInstanceOf(Heard.Failed.class);
  }

  @Test
  void whatIsNotAChunkIsMalformed() {
    for (String data : List.of("{", "12", "null", "[]", "{\"choices\":{}}", "{\"choices\":[}")) {
      assertThat(decoder().on(data)).as(data).isInstanceOfSatisfying(Heard.Failed.class,
          failed -> assertThat(failed.failure().cause()).isEqualTo(Cause.MALFORMED));
    }
  }

  @Test
  void parallelToolCallsKeepTheirIndex() throws Exception {
    List<ToolDelta> deltas = new ArrayList<>();
    for (Frame frame : frames("openai-chat-tool-calls-parallel", decoder())) {
      for (Piece piece : frame.pieces())
        if (piece instanceof Piece.Tool tool)
          deltas.add(tool.delta());
    }
    assertThat(deltas).filteredOn(delta -> delta.name() != null).extracting(ToolDelta::index).containsExactly(0, 1);
    assertThat(deltas).filteredOn(delta -> delta.index() == 1).extracting(ToolDelta::arguments).isNotEmpty();
  }

  @Test
  void reasoningComesByEitherNameAndARefusalIsWhatIsRead() {
    assertThat(said(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"a\"}}]}")).pieces())
        .containsExactly(new Piece.Reasoning("a"));
    assertThat(said(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"b\",\"content\":\"c\"}}]}")).pieces())
        .containsExactly(new Piece.Reasoning("b"), new Piece.Content("c"));
    assertThat(said(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"no\"}}]}")).pieces())
        .containsExactly(new Piece.Content("no"));
  }

  @Test
  void theTextIsTheFirstChoicesAndFramesAreKeptForAll() throws Exception {
    ChatDecoder decoder = new ChatDecoder(3, true, ERRORS);
    List<Frame> frames = frames("openai-chat-n3", decoder);
    assertThat(frames).allSatisfy(frame -> assertThat(frame.raw()).startsWith("{\"id\":\"chatcmpl-"));
    assertThat(text(frames)).startsWith("{\"").endsWith("}");
    assertThat(frames).filteredOn(frame -> frame.token() && frame.pieces().isEmpty()).isNotEmpty();
  }

  @Test
  void aRoleAloneIsNoToken() {
    assertThat(
        said(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}}]}")).token())
        .isFalse();
    assertThat(said(decoder().on("{\"choices\":[],\"prompt_filter_results\":[]}")).token()).isFalse();
    assertThat(said(decoder().on("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\" \"}}]}")).token()).isTrue();
  }
}
