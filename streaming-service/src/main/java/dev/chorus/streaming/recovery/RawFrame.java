package dev.chorus.streaming.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;

/** A provider's own frame, in the OpenAI chat-completions form, where a continued answer must look into it. */
public final class RawFrame {
  private RawFrame() {}

  /** Whether it belongs to the end of an answer: a finish reason, or the usage behind it. */
  public static boolean isOfTheEnd(String raw) {
    JsonNode choices = read(raw).path("choices");
    if (choices.isEmpty())
      return true;
    for (JsonNode choice : choices)
      if (choice.hasNonNull("finish_reason"))
        return true;
    return false;
  }

  /** The same frame with that text as the content of its first choice. */
  public static String withContent(String raw, String text) {
    JsonNode frame = read(raw);
    if (frame.path("choices").path(0).path("delta") instanceof ObjectNode delta)
      delta.put("content", text);
    return Json.text(frame);
  }

  private static JsonNode read(String raw) {
    try {
      return Json.read(raw);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a frame that was read before cannot be read", e);
    }
  }
}
