package dev.chorus.testkit.provider;

import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Map;

/** An answer as chunks of a chat completion. */
final class OpenAiFrames {
  private static final String HEAD = "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"mock\",\"choices\":[";

  private OpenAiFrames() {}

  static void write(Answer answer, List<Wire> frames) {
    delta(Wire.Says.NOTHING, Map.of("role", "assistant", "content", ""), frames);
    answer.reasoning().forEach(token -> delta(Wire.Says.REASONING, Map.of("reasoning_content", token), frames));
    answer.text().forEach(token -> delta(Wire.Says.TEXT, Map.of("content", token), frames));
    if (answer.tool() != null) {
      delta(Wire.Says.TOOL,
          call(Map.of("index", 0, "id", "call_mock", "type", "function", "function", Map.of("name", answer.tool(), "arguments", ""))),
          frames);
      answer.arguments()
          .forEach(piece -> delta(Wire.Says.ARGUMENTS, call(Map.of("index", 0, "function", Map.of("arguments", piece))), frames));
    }
    frames.add(new Wire(Wire.Says.REASON,
        Dialect.sse(HEAD + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"" + answer.reason() + "\"}]}")));
    frames.add(
        new Wire(Wire.Says.USAGE, Dialect.sse(HEAD + "],\"usage\":{\"prompt_tokens\":" + Answer.PROMPT_TOKENS + ",\"completion_tokens\":"
            + answer.tokens() + ",\"total_tokens\":" + (Answer.PROMPT_TOKENS + answer.tokens()) + "}}")));
    frames.add(new Wire(Wire.Says.NOTHING, Dialect.sse("[DONE]")));
  }

  private static Map<String, Object> call(Map<String, Object> call) {
    return Map.of("tool_calls", List.of(call));
  }

  private static void delta(Wire.Says says, Map<String, ?> delta, List<Wire> frames) {
    frames.add(
        new Wire(says, Dialect.sse(HEAD + "{\"index\":0,\"delta\":" + Json.text(delta) + ",\"logprobs\":null,\"finish_reason\":null}]}")));
  }
}
