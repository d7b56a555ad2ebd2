package dev.chorus.streaming.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import dev.chorus.streaming.conversation.Part;
import dev.chorus.streaming.conversation.Sampling;
import dev.chorus.streaming.conversation.Tool;
import dev.chorus.streaming.conversation.ToolChoice;
import dev.chorus.streaming.conversation.Turn;
import java.util.List;

/** Says a conversation as the body of a Messages request. */
public final class MessagesRequest {
  /** The dialect demands a limit; this one holds where the caller names none. */
  static final int MAX_TOKENS = 4096;
  private static final int SMALLEST_BUDGET = 1024;
  /** Fields of this dialect that a caller who knows it may give beside those of chat completions. */
  private static final List<String> OWN = List.of("thinking", "top_k", "context_management", "container", "mcp_servers", "cache_control");

  private MessagesRequest() {}

  /**
   * All but model and {@code stream}, which the ways to the dialect say differently.
   *
   * @param asked the request as it came, for the fields that are this dialect's own
   * @param continued whether the last turn is the beginning of the answer; then the model cannot think first
   */
  public static ObjectNode body(Conversation conversation, ObjectNode asked, boolean continued) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    Sampling sampling = conversation.sampling();
    body.put("max_tokens", sampling.maxTokens() == null ? MAX_TOKENS : sampling.maxTokens());
    if (!conversation.system().isEmpty())
      body.put("system", String.join("\n\n", conversation.system()));
    ArrayNode messages = body.putArray("messages");
    for (Turn turn : conversation.turns())
      turn(turn, messages.addObject());
    if (sampling.temperature() != null)
      // This dialect's scale ends at 1.
      body.put("temperature", Math.min(1, sampling.temperature()));
    if (sampling.topP() != null)
      body.put("top_p", sampling.topP());
    if (!sampling.stop().isEmpty())
      sampling.stop().forEach(body.putArray("stop_sequences")::add);
    tools(conversation, body);
    if (conversation.answerSchema() != null)
      body.putObject("output_config").putObject("format").put("type", "json_schema").set("schema", conversation.answerSchema());
    if (asked.path("user").isTextual())
      body.putObject("metadata").put("user_id", asked.path("user").textValue());
    OWN.stream().filter(asked::hasNonNull).forEach(name -> body.set(name, asked.get(name)));
    if (continued)
      body.remove("thinking");
    else
      think(asked.path("reasoning_effort").asText(""), body);
    return body;
  }

  private static void turn(Turn turn, ObjectNode message) {
    message.put("role", turn.assistant() ? "assistant" : "user");
    if (turn.parts().size() == 1 && turn.parts().getFirst() instanceof Part.Text(String text)) {
      message.put("content", text);
      return;
    }
    ArrayNode content = message.putArray("content");
    turn.parts().forEach(part -> part(part, content.addObject()));
  }

  private static void part(Part part, ObjectNode block) {
    switch (part) {
      case Part.Text(String text) -> block.put("type", "text").put("text", text);
      case Part.Media media -> {
        block.put("type", media.image() ? "image" : "document");
        ObjectNode source = block.putObject("source");
        if (media.base64() != null)
          source.put("type", "base64").put("media_type", media.mediaType()).put("data", media.base64());
        else
          source.put("type", "url").put("url", media.url());
        if (media.name() != null)
          block.put("title", media.name());
      }
      case Part.ToolCall call -> block.put("type", "tool_use").put("id", call.id()).put("name", call.name()).set("input", call.input());
      case Part.ToolResult result -> {
        block.put("type", "tool_result").put("tool_use_id", result.id());
        ArrayNode content = block.putArray("content");
        result.content().forEach(piece -> part(piece, content.addObject()));
      }
    }
  }

  private static void tools(Conversation conversation, ObjectNode body) {
    if (conversation.tools().isEmpty())
      return;
    ArrayNode tools = body.putArray("tools");
    for (Tool tool : conversation.tools()) {
      ObjectNode said = tools.addObject().put("name", tool.name());
      if (tool.description() != null)
        said.put("description", tool.description());
      said.set("input_schema", tool.schema());
    }
    ToolChoice choice = conversation.choice();
    ObjectNode said = Json.MAPPER.createObjectNode().put("type", switch (choice.kind()) {
      case AUTO -> "auto";
      case NONE -> "none";
      case REQUIRED -> "any";
      case NAMED -> "tool";
    });
    if (choice.name() != null)
      said.put("name", choice.name());
    if (!conversation.parallelTools() && choice.kind() != ToolChoice.Kind.NONE)
      said.put("disable_parallel_tool_use", true);
    if (choice.kind() != ToolChoice.Kind.AUTO || !conversation.parallelTools())
      body.set("tool_choice", said);
  }

  /** The effort as a share of the tokens: at least the smallest budget that the dialect takes, always less than the limit. */
  private static void think(String effort, ObjectNode body) {
    int limit = body.path("max_tokens").intValue();
    int budget = switch (effort) {
      case "low" -> limit / 5;
      case "medium" -> limit / 2;
      case "high", "xhigh" -> limit * 4 / 5;
      default -> 0;
    };
    boolean forced = body.path("tool_choice").path("type").asText("").matches("any|tool");
    if (budget == 0 || forced || body.has("thinking") || limit <= SMALLEST_BUDGET)
      return;
    body.putObject("thinking").put("type", "enabled").put("budget_tokens", Math.max(SMALLEST_BUDGET, budget));
    // With thinking the dialect takes no temperature of one's own.
    body.remove(List.of("temperature", "top_p"));
  }
}
