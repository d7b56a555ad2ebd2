package dev.chorus.streaming.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import dev.chorus.streaming.conversation.Part;
import dev.chorus.streaming.conversation.Sampling;
import dev.chorus.streaming.conversation.Tool;
import dev.chorus.streaming.conversation.Turn;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.util.List;

/** Says a conversation as the body of a Responses request. The provider keeps nothing of it. */
public final class ResponsesRequest {
  /** Fields that both of OpenAI's ways to a model know by the same name. */
  private static final List<String> SHARED = List.of("user", "service_tier", "safety_identifier", "prompt_cache_key");

  private ResponsesRequest() {}

  /** What of the conversation this dialect has no words for, or null. */
  public static ProviderFailure problem(Conversation conversation) {
    return conversation.sampling().stop().isEmpty()
        ? null
        : new ProviderFailure(Cause.STATUS, "This provider cannot stop at a sequence of one's own.", 400, "invalid_request_error", null,
            "stop", null);
  }

  /** @param asked the request as it came, for the fields that are the same here */
  public static ObjectNode body(Conversation conversation, ObjectNode asked, String model) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model).put("stream", true).put("store", false);
    if (!conversation.system().isEmpty())
      body.put("instructions", String.join("\n\n", conversation.system()));
    ArrayNode input = body.putArray("input");
    conversation.turns().forEach(turn -> turn(turn, input));
    Sampling sampling = conversation.sampling();
    if (sampling.maxTokens() != null)
      body.put("max_output_tokens", sampling.maxTokens());
    if (sampling.temperature() != null)
      body.put("temperature", sampling.temperature());
    if (sampling.topP() != null)
      body.put("top_p", sampling.topP());
    tools(conversation, body);
    if (conversation.answerSchema() != null)
      body.putObject("text").putObject("format").put("type", "json_schema")
          .put("name", asked.at("/response_format/json_schema/name").asText("answer")).set("schema", conversation.answerSchema());
    if (asked.path("reasoning_effort").isTextual())
      body.putObject("reasoning").put("effort", asked.path("reasoning_effort").textValue()).put("summary", "auto");
    SHARED.stream().filter(asked::hasNonNull).forEach(name -> body.set(name, asked.get(name)));
    return body;
  }

  /** What was said is a message; calls and their results stand beside the messages. */
  private static void turn(Turn turn, ArrayNode input) {
    ArrayNode content = Json.MAPPER.createArrayNode();
    for (Part part : turn.parts()) {
      switch (part) {
        case Part.Text(String text) -> content.addObject().put("type", turn.assistant() ? "output_text" : "input_text").put("text", text);
        case Part.Media media -> media(media, content.addObject());
        case Part.ToolCall call -> {
          content = message(turn, content, input);
          input.addObject().put("type", "function_call").put("call_id", call.id()).put("name", call.name()).put("arguments",
              Json.text(call.input()));
        }
        case Part.ToolResult result -> {
          content = message(turn, content, input);
          input.addObject().put("type", "function_call_output").put("call_id", result.id()).put("output", text(result.content()));
        }
      }
    }
    message(turn, content, input);
  }

  /** Adds what was collected so far, if anything, and begins anew. */
  private static ArrayNode message(Turn turn, ArrayNode content, ArrayNode input) {
    if (!content.isEmpty())
      input.addObject().put("role", turn.assistant() ? "assistant" : "user").set("content", content);
    return Json.MAPPER.createArrayNode();
  }

  private static void media(Part.Media media, ObjectNode said) {
    String data = media.base64() == null ? media.url() : "data:" + media.mediaType() + ";base64," + media.base64();
    if (media.image())
      said.put("type", "input_image").put("image_url", data);
    else if (media.base64() == null)
      said.put("type", "input_file").put("file_url", data);
    else
      said.put("type", "input_file").put("filename", media.name() == null ? "document" : media.name()).put("file_data", data);
  }

  private static String text(List<Part> content) {
    StringBuilder text = new StringBuilder();
    for (Part part : content)
      if (part instanceof Part.Text(String said))
        text.append(said);
    return text.toString();
  }

  private static void tools(Conversation conversation, ObjectNode body) {
    if (conversation.tools().isEmpty())
      return;
    ArrayNode tools = body.putArray("tools");
    for (Tool tool : conversation.tools()) {
      ObjectNode said = tools.addObject().put("type", "function").put("name", tool.name());
      if (tool.description() != null)
        said.put("description", tool.description());
      said.set("parameters", tool.schema());
      said.put("strict", false);
    }
    switch (conversation.choice().kind()) {
      case AUTO -> {
        // The model chooses.
      }
      case NONE -> body.put("tool_choice", "none");
      case REQUIRED -> body.put("tool_choice", "required");
      case NAMED -> body.putObject("tool_choice").put("type", "function").put("name", conversation.choice().name());
    }
    if (!conversation.parallelTools())
      body.put("parallel_tool_calls", false);
  }
}
