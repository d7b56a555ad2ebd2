package dev.chorus.streaming.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.streaming.provider.Piece;
import java.util.List;

/** The pieces in a {@code delta}, by the names that OpenAI and its relatives use. */
final class Deltas {
  private Deltas() {}

  static void pieces(JsonNode delta, List<Piece> pieces) {
    text(delta, "reasoning_content", pieces, true);
    if (!delta.hasNonNull("reasoning_content"))
      text(delta, "reasoning", pieces, true);
    text(delta, "content", pieces, false);
    // A refusal is what the reader gets instead of the answer; dialects that tell it apart have the raw frame.
    text(delta, "refusal", pieces, false);
    for (JsonNode call : delta.path("tool_calls"))
      pieces.add(tool(call.path("index").asInt(0), call.path("id"), call.path("function")));
    if (delta.path("function_call").isObject())
      pieces.add(tool(0, delta.path("id"), delta.path("function_call")));
  }

  /** Whether there is anything of an answer in it: all but a role and empty texts. */
  static boolean isToken(JsonNode delta) {
    for (var field : delta.properties()) {
      JsonNode value = field.getValue();
      boolean empty = value.isNull() || (value.isTextual() && value.textValue().isEmpty()) || (value.isContainerNode() && value.isEmpty());
      if (!empty && !field.getKey().equals("role"))
        return true;
    }
    return false;
  }

  private static void text(JsonNode delta, String name, List<Piece> pieces, boolean reasoning) {
    String text = delta.path(name).isTextual() ? delta.path(name).textValue() : "";
    if (!text.isEmpty())
      pieces.add(reasoning ? new Piece.Reasoning(text) : new Piece.Content(text));
  }

  private static Piece tool(int index, JsonNode id, JsonNode function) {
    return new Piece.Tool(
        new ToolDelta(index, id.textValue(), function.path("name").textValue(), function.path("arguments").textValue()));
  }
}
