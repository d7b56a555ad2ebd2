package dev.chorus.gateway.aisdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Fields;
import dev.chorus.protocol.Json;
import java.util.Set;

/** UI messages, whose parts are texts, files, and tools with what they gave, as the messages of a chat completion. */
final class UiMessages {
  private static final Set<String> OTHERS = Set.of("system", "user");

  private UiMessages() {}

  /** Fails with a {@link Refusal}. */
  static ArrayNode toChat(ArrayNode messages) {
    if (messages == null || messages.isEmpty())
      throw bad("'messages' is missing or empty.");
    if (!Fields.isStorable(messages))
      throw bad("'messages' hold U+0000 or an unpaired surrogate.");
    ArrayNode chat = Json.MAPPER.createArrayNode();
    for (JsonNode message : messages) {
      String role = message.path("role").asText("");
      if (!role.equals("assistant") && !OTHERS.contains(role))
        throw bad("Each of 'messages' has a 'role': system, user or assistant.");
      if (message.path("content").isTextual() && !message.path("parts").isArray())
        chat.addObject().put("role", role).put("content", message.get("content").textValue());
      else if (!(message.path("parts") instanceof ArrayNode parts))
        throw bad("Each of 'messages' has 'parts'.");
      else if (role.equals("assistant"))
        new AssistantTurn(chat).add(parts);
      else
        other(chat, role, parts);
    }
    if (chat.isEmpty())
      throw bad("'messages' hold no text.");
    return chat;
  }

  /** Whether the answer goes on in the last message instead of beginning one: tools have given what it asked for. */
  static boolean goesOn(ArrayNode messages) {
    return messages.get(messages.size() - 1).path("role").asText().equals("assistant");
  }

  private static void other(ArrayNode chat, String role, ArrayNode parts) {
    StringBuilder text = new StringBuilder();
    ArrayNode content = Json.MAPPER.createArrayNode();
    boolean files = false;
    for (JsonNode part : parts) {
      switch (part.path("type").asText()) {
        case "text" -> {
          text.append(part.path("text").asText());
          content.addObject().put("type", "text").put("text", part.path("text").asText());
        }
        case "file" -> {
          files = true;
          file(content.addObject(), part);
        }
        default -> {
          // Data parts are the application's own.
        }
      }
    }
    if (files)
      chat.addObject().put("role", role).set("content", content);
    else if (!content.isEmpty())
      chat.addObject().put("role", role).put("content", text.toString());
  }

  private static void file(ObjectNode content, JsonNode part) {
    String url = part.path("url").asText();
    if (part.path("mediaType").asText().startsWith("image/")) {
      content.put("type", "image_url").putObject("image_url").put("url", url);
    } else {
      content.put("type", "file").putObject("file").put("filename", part.path("filename").asText("file")).put("file_data", url);
    }
  }

  /** An assistant's message: each of its steps says something and calls tools, and what they gave follows. */
  private static final class AssistantTurn {
    private final ArrayNode chat;
    private final StringBuilder text = new StringBuilder();
    private final ArrayNode calls = Json.MAPPER.createArrayNode();
    private final ArrayNode results = Json.MAPPER.createArrayNode();

    AssistantTurn(ArrayNode chat) {
      this.chat = chat;
    }

    void add(ArrayNode parts) {
      for (JsonNode part : parts) {
        String type = part.path("type").asText();
        if (type.equals("step-start"))
          flush();
        else if (type.equals("text"))
          text.append(part.path("text").asText());
        else if (type.equals("dynamic-tool"))
          tool(part.path("toolName").asText(), part);
        else if (type.startsWith("tool-"))
          tool(type.substring("tool-".length()), part);
      }
      flush();
    }

    /** One that has given nothing yet is left out: a call without a result is refused by every model. */
    private void tool(String name, JsonNode part) {
      String state = part.path("state").asText();
      boolean failed = state.equals("output-error");
      if (!failed && !state.equals("output-available"))
        return;
      String id = part.path("toolCallId").asText();
      calls.addObject().put("id", id).put("type", "function").putObject("function").put("name", name).put("arguments",
          part.has("input") ? Json.text(part.get("input")) : "{}");
      JsonNode output = failed ? part.path("errorText") : part.path("output");
      results.addObject().put("role", "tool").put("tool_call_id", id).put("content",
          output.isTextual() ? output.textValue() : Json.text(output));
    }

    private void flush() {
      if (text.isEmpty() && calls.isEmpty())
        return;
      ObjectNode message = chat.addObject().put("role", "assistant");
      if (text.isEmpty())
        message.putNull("content");
      else
        message.put("content", text.toString());
      if (!calls.isEmpty())
        message.set("tool_calls", calls.deepCopy());
      chat.addAll(results);
      text.setLength(0);
      calls.removeAll();
      results.removeAll();
    }
  }

  private static Refusal bad(String sentence) {
    return Problem.badRequest(sentence).refusal();
  }
}
