package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation.Misunderstood;
import java.util.ArrayList;
import java.util.List;

/** Reads the messages of a request into what stands above all, and turns. */
record Messages(List<String> system, List<Turn> turns) {
  private static final String PARAM = "messages";

  static Messages read(JsonNode messages) throws Misunderstood {
    List<String> system = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    for (JsonNode message : messages) {
      switch (message.path("role").asText("")) {
        case "system", "developer" -> system.add(text(message.path("content")));
        case "user" -> turns = join(turns, new Turn(false, Contents.parts(message.path("content"))));
        case "assistant" -> turns = join(turns, new Turn(true, said(message)));
        case "tool", "function" -> turns = join(turns, new Turn(false, List.of(result(message))));
        default -> throw new Misunderstood(PARAM, "A message has a role that is not system, developer, user, assistant or tool.");
      }
    }
    return new Messages(system.stream().filter(text -> !text.isBlank()).toList(), turns);
  }

  /** Adds a turn, to the last one if it is of the same side; text that meets text is one text. A turn without a part is none. */
  static List<Turn> join(List<Turn> turns, Turn turn) {
    List<Turn> joined = new ArrayList<>(turns);
    if (turn.parts().isEmpty())
      return joined;
    if (joined.isEmpty() || joined.getLast().assistant() != turn.assistant()) {
      joined.add(turn);
      return joined;
    }
    List<Part> parts = new ArrayList<>(joined.removeLast().parts());
    boolean texts = turn.assistant() && parts.getLast() instanceof Part.Text && turn.parts().getFirst() instanceof Part.Text;
    if (texts) {
      parts.add(new Part.Text(((Part.Text) parts.removeLast()).text() + ((Part.Text) turn.parts().getFirst()).text()));
      parts.addAll(turn.parts().subList(1, turn.parts().size()));
    } else {
      parts.addAll(turn.parts());
    }
    joined.add(new Turn(turn.assistant(), List.copyOf(parts)));
    return joined;
  }

  private static List<Part> said(JsonNode message) throws Misunderstood {
    List<Part> parts = new ArrayList<>(Contents.parts(message.path("content")));
    for (JsonNode call : message.path("tool_calls"))
      parts.add(new Part.ToolCall(call.path("id").asText(""), call.path("function").path("name").asText(""),
          input(call.path("function").path("arguments").asText(""))));
    return parts;
  }

  private static JsonNode input(String arguments) throws Misunderstood {
    if (arguments.isBlank())
      return Json.MAPPER.createObjectNode();
    try {
      JsonNode input = Json.read(arguments);
      if (input.isObject())
        return input;
    } catch (JsonProcessingException notJson) {
      // Told below, as what is JSON of another kind.
    }
    throw new Misunderstood(PARAM, "A tool call of the assistant has arguments that are not a JSON object.");
  }

  private static Part result(JsonNode message) throws Misunderstood {
    String id = message.path("tool_call_id").asText(message.path("name").asText(""));
    List<Part> content = Contents.parts(message.path("content"));
    return new Part.ToolResult(id, content.isEmpty() ? List.of(new Part.Text("")) : content);
  }

  private static String text(JsonNode content) throws Misunderstood {
    StringBuilder text = new StringBuilder();
    for (Part part : Contents.parts(content)) {
      if (!(part instanceof Part.Text(String said)))
        throw new Misunderstood(PARAM, "A system message can only hold text.");
      text.append(said);
    }
    return text.toString();
  }
}
