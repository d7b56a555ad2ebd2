package dev.chorus.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole chat completion, put together from its chunks: every choice, its text, refusal, tool calls and log probabilities joined, unknown fields kept. The {@code usage}
 * object stays as it came, to the order of its keys. Pure.
 */
final class Completion {
  /** Of the envelope of chunks only. */
  private static final Set<String> NOT_OF_THE_WHOLE = Set.of("choices", "object", "obfuscation", "id");
  /** Said once, or again the same: never joined. */
  private static final Set<String> SAID_ONCE = Set.of("role", "id", "type", "name", "index");
  private final ObjectNode envelope = Json.MAPPER.createObjectNode();
  private final SortedMap<Integer, ObjectNode> choices = new TreeMap<>();

  /** Adds the next chunk. */
  void add(JsonNode chunk) {
    String id = chunk.path("id").asText("");
    if (!id.isEmpty() && !envelope.has("id"))
      envelope.put("id", id);
    for (Map.Entry<String, JsonNode> field : chunk.properties()) {
      if (NOT_OF_THE_WHOLE.contains(field.getKey()) || says(envelope, field))
        continue;
      envelope.set(field.getKey(), field.getValue());
    }
    for (JsonNode choice : chunk.path("choices"))
      addChoice(choice);
  }

  /** A later chunk that says nothing new (null, 0, empty) does not undo what an earlier one said. */
  private static boolean says(ObjectNode known, Map.Entry<String, JsonNode> field) {
    JsonNode value = field.getValue();
    boolean empty = value.isNull() || (value.isTextual() && value.textValue().isEmpty()) || (value.isNumber() && value.asLong() == 0);
    return empty && known.has(field.getKey());
  }

  boolean hasUsage() {
    return envelope.path("usage").isObject();
  }

  void usage(ObjectNode usage) {
    envelope.set("usage", usage);
  }

  /** The whole, in the order in which OpenAI writes it. */
  ObjectNode whole() {
    ObjectNode whole = Json.MAPPER.createObjectNode();
    whole.put("id", envelope.path("id").asText(""));
    whole.put("object", "chat.completion");
    whole.set("created", envelope.path("created").isNumber() ? envelope.get("created") : Json.MAPPER.getNodeFactory().numberNode(0));
    whole.put("model", envelope.path("model").asText(""));
    ArrayNode all = whole.putArray("choices");
    for (ObjectNode choice : choices.values()) {
      // An index is of chunks only: in the whole the place in the list says it.
      for (JsonNode call : choice.path("message").path("tool_calls"))
        ((ObjectNode) call).remove("index");
      all.add(choice);
    }
    for (Map.Entry<String, JsonNode> field : envelope.properties()) {
      if (!whole.has(field.getKey()))
        whole.set(field.getKey(), field.getValue());
    }
    return whole;
  }

  private void addChoice(JsonNode part) {
    int index = part.path("index").asInt(0);
    ObjectNode choice = choices.computeIfAbsent(index, Completion::emptyChoice);
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      switch (field.getKey()) {
        case "index" -> {
          // It is there.
        }
        case "delta" -> {
          if (field.getValue() instanceof ObjectNode delta)
            join((ObjectNode) choice.get("message"), delta);
        }
        case "logprobs" -> {
          if (field.getValue() instanceof ObjectNode logprobs)
            joinLogprobs(choice, logprobs);
        }
        default -> {
          if (!field.getValue().isNull())
            choice.set(field.getKey(), field.getValue());
        }
      }
    }
  }

  private static ObjectNode emptyChoice(int index) {
    ObjectNode choice = Json.MAPPER.createObjectNode().put("index", index);
    choice.putObject("message").put("role", "assistant").putNull("content");
    choice.putNull("logprobs");
    choice.putNull("finish_reason");
    return choice;
  }

  private static void joinLogprobs(ObjectNode choice, ObjectNode part) {
    ObjectNode known = choice.get("logprobs") instanceof ObjectNode object ? object : choice.putObject("logprobs");
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (field.getValue() instanceof ArrayNode tokens && known.get(field.getKey()) instanceof ArrayNode all)
        all.addAll(tokens);
      else if (!known.has(field.getKey()) || !field.getValue().isNull())
        known.set(field.getKey(), field.getValue().deepCopy());
    }
  }

  /** Texts are joined, objects field by field, lists by the {@code index} of their items; what is said once stays. */
  private static void join(ObjectNode known, ObjectNode delta) {
    for (Map.Entry<String, JsonNode> field : delta.properties()) {
      String name = field.getKey();
      JsonNode before = known.get(name);
      JsonNode more = field.getValue();
      if (before == null || before.isNull())
        known.set(name, more instanceof ArrayNode list ? joined(Json.MAPPER.createArrayNode(), list) : more.deepCopy());
      else if (before.isTextual() && more.isTextual() && !SAID_ONCE.contains(name))
        known.put(name, before.textValue() + more.textValue());
      else if (before instanceof ObjectNode object && more instanceof ObjectNode part)
        join(object, part);
      else if (before instanceof ArrayNode list && more instanceof ArrayNode parts)
        joined(list, parts);
      else if (!more.isNull() && !SAID_ONCE.contains(name))
        known.set(name, more.deepCopy());
    }
  }

  private static ArrayNode joined(ArrayNode list, ArrayNode parts) {
    for (JsonNode part : parts) {
      if (part instanceof ObjectNode object && part.path("index").isInt())
        item(list, part.get("index").intValue(), object);
      else
        list.add(part.deepCopy());
    }
    return list;
  }

  /** Joins it to the item of the same index, or puts it where its index belongs. */
  private static void item(ArrayNode list, int index, ObjectNode part) {
    int place = 0;
    while (place < list.size() && list.get(place).path("index").asInt(-1) < index)
      place++;
    boolean known = place < list.size() && list.get(place).path("index").asInt(-1) == index;
    if (known)
      join((ObjectNode) list.get(place), part);
    else
      list.insert(place, part.deepCopy());
  }
}
