package dev.chorus.streaming.section;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The parts of one answer in their order; an answer without sections is one part without a name. */
public final class Sections {
  private static final int MAX = 32;
  private static final int MAX_NAME = 64;

  /** @param prompt what is asked for after the messages, or null */
  private record Part(String name, String prompt) {}

  private static final Sections NONE = new Sections(List.of(new Part(null, null)));
  private final List<Part> parts;

  private Sections(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Refused with {@code bad_request} when it is not a list of names and prompts.
   *
   * @param json an array of {name, prompt}, or null
   */
  public static Sections read(String json) {
    if (json == null)
      return NONE;
    List<Part> parts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode part : list(json)) {
      String name = part.path("name").textValue();
      String prompt = part.path("prompt").textValue();
      boolean good = name != null && !name.isEmpty() && name.length() <= MAX_NAME && prompt != null && names.add(name);
      if (!good)
        throw wrong();
      parts.add(new Part(name, prompt));
    }
    return parts.isEmpty() ? NONE : new Sections(List.copyOf(parts));
  }

  private static JsonNode list(String json) {
    try {
      JsonNode list = Json.read(json);
      if (list.isArray() && list.size() <= MAX)
        return list;
    } catch (JsonProcessingException notJson) {
      // Told below.
    }
    throw wrong();
  }

  private static RuntimeException wrong() {
    return Problem
        .badRequest("'sections' is a list of at most " + MAX + " objects with a 'name' of their own, up to " + MAX_NAME
            + " characters, and a 'prompt'.")
        .refusal();
  }

  public int size() {
    return parts.size();
  }

  /** Null when the answer has no sections. */
  public String name(int section) {
    return parts.get(section).name;
  }

  /** Which one has that name; 0 for null. */
  public int indexOf(String name) {
    for (int i = 0; i < parts.size(); i++)
      if (parts.get(i).name != null && parts.get(i).name.equals(name))
        return i;
    return 0;
  }

  /** The request for one of them: the messages, then its prompt. */
  public ObjectNode request(ObjectNode body, int section) {
    String prompt = parts.get(section).prompt;
    if (prompt == null)
      return body;
    ObjectNode asked = body.objectNode();
    asked.setAll(body);
    ArrayNode messages = asked.arrayNode();
    body.path("messages").forEach(messages::add);
    messages.addObject().put("role", "user").put("content", prompt);
    asked.set("messages", messages);
    return asked;
  }
}
