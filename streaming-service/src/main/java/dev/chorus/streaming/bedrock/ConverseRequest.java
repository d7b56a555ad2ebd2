package dev.chorus.streaming.bedrock;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import dev.chorus.streaming.conversation.Part;
import dev.chorus.streaming.conversation.Sampling;
import dev.chorus.streaming.conversation.Tool;
import dev.chorus.streaming.conversation.ToolChoice;
import dev.chorus.streaming.conversation.Turn;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.Map;

/** Says a conversation as the body of a ConverseStream request. */
final class ConverseRequest {
  /** The formats that the dialect knows, by media type. */
  private static final Map<String, String> FORMATS = Map.ofEntries(Map.entry("image/png", "png"), Map.entry("image/jpeg", "jpeg"),
      Map.entry("image/jpg", "jpeg"), Map.entry("image/gif", "gif"), Map.entry("image/webp", "webp"), Map.entry("application/pdf", "pdf"),
      Map.entry("text/csv", "csv"), Map.entry("text/html", "html"), Map.entry("text/plain", "txt"), Map.entry("text/markdown", "md"),
      Map.entry("application/msword", "doc"), Map.entry("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
      Map.entry("application/vnd.ms-excel", "xls"), Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"));

  private ConverseRequest() {}

  /** What of the conversation this dialect has no words for, or null. */
  static ProviderFailure problem(Conversation conversation) {
    boolean sayable = conversation.turns().stream().flatMap(turn -> turn.parts().stream()).allMatch(ConverseRequest::isSayable);
    return sayable
        ? null
        : new ProviderFailure(Cause.STATUS, "This provider takes images and files only as data URLs of the usual formats.", 400,
            "invalid_request_error", null, "messages", null);
  }

  private static boolean isSayable(Part part) {
    return switch (part) {
      case Part.Media media -> media.base64() != null && FORMATS.containsKey(media.mediaType());
      case Part.ToolResult result -> result.content().stream().allMatch(ConverseRequest::isSayable);
      default -> true;
    };
  }

  /** @param asked the request as it came, for {@code additionalModelRequestFields} and the other fields that are this dialect's own */
  static ObjectNode body(Conversation conversation, ObjectNode asked) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode messages = body.putArray("messages");
    for (Turn turn : conversation.turns()) {
      ObjectNode message = messages.addObject().put("role", turn.assistant() ? "assistant" : "user");
      ArrayNode content = message.putArray("content");
      turn.parts().forEach(part -> part(part, content.addObject()));
    }
    if (!conversation.system().isEmpty()) {
      ArrayNode system = body.putArray("system");
      conversation.system().forEach(text -> system.addObject().put("text", text));
    }
    ObjectNode sampling = sampling(conversation.sampling());
    if (!sampling.isEmpty())
      body.set("inferenceConfig", sampling);
    boolean wanted = conversation.choice().kind() != ToolChoice.Kind.NONE || conversation.hasCalls();
    if (!conversation.tools().isEmpty() && wanted)
      tools(conversation, body.putObject("toolConfig"));
    for (String own : new String[]{"additionalModelRequestFields", "guardrailConfig", "performanceConfig"})
      if (asked.hasNonNull(own))
        body.set(own, asked.get(own));
    return body;
  }

  private static ObjectNode sampling(Sampling asked) {
    ObjectNode sampling = Json.MAPPER.createObjectNode();
    if (asked.maxTokens() != null)
      sampling.put("maxTokens", asked.maxTokens());
    if (asked.temperature() != null)
      // This dialect's scale ends at 1.
      sampling.put("temperature", Math.min(1, asked.temperature()));
    if (asked.topP() != null)
      sampling.put("topP", asked.topP());
    if (!asked.stop().isEmpty())
      asked.stop().forEach(sampling.putArray("stopSequences")::add);
    return sampling;
  }

  private static void part(Part part, ObjectNode block) {
    switch (part) {
      case Part.Text(String text) -> block.put("text", text);
      case Part.Media media -> {
        ObjectNode said = block.putObject(media.image() ? "image" : "document").put("format", FORMATS.get(media.mediaType()));
        if (!media.image())
          said.put("name", documentName(media.name()));
        said.putObject("source").put("bytes", media.base64());
      }
      case Part.ToolCall call ->
        block.putObject("toolUse").put("toolUseId", call.id()).put("name", call.name()).set("input", call.input());
      case Part.ToolResult result -> {
        ArrayNode content = block.putObject("toolResult").put("toolUseId", result.id()).putArray("content");
        result.content().forEach(piece -> part(piece, content.addObject()));
      }
    }
  }

  /** The dialect demands a name, of letters, digits and a few signs. */
  private static String documentName(String name) {
    String stem = name == null ? "" : name.replaceFirst("\\.[A-Za-z0-9]{1,5}$", "").replaceAll("[^A-Za-z0-9()\\[\\] -]+", "-").strip();
    return stem.isEmpty() ? "document" : stem;
  }

  private static void tools(Conversation conversation, ObjectNode config) {
    ArrayNode tools = config.putArray("tools");
    for (Tool tool : conversation.tools()) {
      ObjectNode said = tools.addObject().putObject("toolSpec").put("name", tool.name());
      if (tool.description() != null)
        said.put("description", tool.description());
      said.putObject("inputSchema").set("json", tool.schema());
    }
    switch (conversation.choice().kind()) {
      case REQUIRED -> config.putObject("toolChoice").putObject("any");
      case NAMED -> config.putObject("toolChoice").putObject("tool").put("name", conversation.choice().name());
      case AUTO, NONE -> {
        // The model chooses.
      }
    }
  }
}
