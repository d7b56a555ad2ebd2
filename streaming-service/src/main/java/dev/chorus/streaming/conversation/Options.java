package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation.Misunderstood;
import java.util.ArrayList;
import java.util.List;

/** Reads what a request says beside its messages. */
final class Options {
  private Options() {}

  static Sampling sampling(ObjectNode body) {
    JsonNode max = body.hasNonNull("max_completion_tokens") ? body.path("max_completion_tokens") : body.path("max_tokens");
    List<String> stop = new ArrayList<>();
    if (body.path("stop").isTextual())
      stop.add(body.path("stop").textValue());
    for (JsonNode sequence : body.path("stop"))
      stop.add(sequence.asText());
    return new Sampling(max.isNumber() ? max.intValue() : null, number(body.path("temperature")), number(body.path("top_p")),
        List.copyOf(stop));
  }

  private static Double number(JsonNode value) {
    return value.isNumber() ? value.doubleValue() : null;
  }

  static List<Tool> tools(ObjectNode body) throws Misunderstood {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = tool.path("function");
      if (!function.path("name").isTextual())
        throw new Misunderstood("tools", "This provider takes only tools of the type 'function', each with a name.");
      JsonNode schema = function.path("parameters").isObject()
          ? function.path("parameters")
          : Json.MAPPER.createObjectNode().put("type", "object").set("properties", Json.MAPPER.createObjectNode());
      tools.add(new Tool(function.path("name").textValue(), function.path("description").textValue(), schema));
    }
    return List.copyOf(tools);
  }

  static ToolChoice choice(JsonNode choice) throws Misunderstood {
    String name = choice.path("function").path("name").textValue();
    if (name != null)
      return new ToolChoice(ToolChoice.Kind.NAMED, name);
    return switch (choice.asText("auto")) {
      case "none" -> new ToolChoice(ToolChoice.Kind.NONE, null);
      case "required" -> new ToolChoice(ToolChoice.Kind.REQUIRED, null);
      case "auto", "null", "" -> ToolChoice.AUTO;
      default -> throw new Misunderstood("tool_choice", "'tool_choice' is not auto, none, required or a function.");
    };
  }

  /** Null where any text will do. */
  static JsonNode answerSchema(ObjectNode body) {
    JsonNode format = body.path("response_format");
    JsonNode schema = format.path("json_schema").path("schema");
    return format.path("type").asText("").equals("json_schema") && schema.isObject() ? schema : null;
  }
}
