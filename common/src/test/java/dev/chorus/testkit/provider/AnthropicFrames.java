package dev.chorus.testkit.provider;

import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Map;

/** An answer as the events of a message. */
final class AnthropicFrames {
  private AnthropicFrames() {}

  static void write(Answer answer, List<Wire> frames) {
    event(Wire.Says.NOTHING, "message_start",
        "\"message\":{\"id\":\"msg_mock\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"mock\",\"stop_reason\":null,\"usage\":{\"input_tokens\":"
            + Answer.PROMPT_TOKENS + ",\"output_tokens\":1}}",
        frames);
    event(Wire.Says.NOTHING, "ping", "\"at\":0", frames);
    int block = 0;
    if (!answer.reasoning().isEmpty())
      block(block++, Map.of("type", "thinking", "thinking", ""), Wire.Says.REASONING, "thinking_delta", "thinking", answer.reasoning(),
          frames);
    if (!answer.text().isEmpty())
      block(block++, Map.of("type", "text", "text", ""), Wire.Says.TEXT, "text_delta", "text", answer.text(), frames);
    if (answer.tool() != null)
      block(block, Map.of("type", "tool_use", "id", "toolu_mock", "name", answer.tool(), "input", Map.of()), Wire.Says.ARGUMENTS,
          "input_json_delta",
          "partial_json", answer.arguments(), frames);
    String reason = answer.tool() == null ? "end_turn" : "tool_use";
    event(Wire.Says.REASON, "message_delta",
        "\"delta\":{\"stop_reason\":\"" + reason + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" + answer.tokens() + "}",
        frames);
    event(Wire.Says.NOTHING, "message_stop", "\"at\":0", frames);
  }

  private static void block(int index, Map<String, ?> start, Wire.Says says, String type, String field, List<String> pieces,
      List<Wire> frames) {
    Wire.Says opening = says == Wire.Says.ARGUMENTS ? Wire.Says.TOOL : Wire.Says.NOTHING;
    event(opening, "content_block_start", "\"index\":" + index + ",\"content_block\":" + Json.text(start), frames);
    for (String piece : pieces)
      event(says, "content_block_delta", "\"index\":" + index + ",\"delta\":" + Json.text(Map.of("type", type, field, piece)), frames);
    event(Wire.Says.NOTHING, "content_block_stop", "\"index\":" + index, frames);
  }

  private static void event(Wire.Says says, String type, String fields, List<Wire> frames) {
    frames.add(new Wire(says, Dialect.namedSse(type, "{\"type\":\"" + type + "\"," + fields + "}")));
  }
}
