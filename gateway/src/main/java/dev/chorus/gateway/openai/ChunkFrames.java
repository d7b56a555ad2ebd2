package dev.chorus.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The records of one stream as {@code chat.completion.chunk}s: the provider's own frames as they are where the log keeps them, else made from the text, so that streams that
 * were started elsewhere read the same.
 */
final class ChunkFrames {
  private static final String USAGE = "\"usage\"";
  private String id = "chatcmpl-chorus";
  private String model = "";
  private long created;
  private boolean raw;
  private boolean began;
  private boolean usageSaid;
  private final Identity identity = new Identity();

  /** @param raw begin as if the provider's frames had been kept: right for a reader who goes on in the middle of what such a stream said */
  ChunkFrames(boolean raw) {
    this.raw = raw;
  }

  void opened(Event.StreamOpen open) {
    String stream = open.streamId().value();
    id = "chatcmpl-" + stream.substring(stream.indexOf('~') + 1);
    model = open.model() == null ? "" : open.model();
    created = open.at() / 1000;
  }

  /** The frame of a chunk as JSON text; null when it has none of its own. */
  String frame(Chunk chunk) {
    if (chunk.raw() != null) {
      raw = true;
      usageSaid = usageSaid || saysUsage(chunk.raw());
      return identity.of(chunk.raw());
    }
    if (raw)
      return null;
    ObjectNode delta = Json.MAPPER.createObjectNode();
    if (!began)
      delta.put("role", "assistant");
    began = true;
    switch (chunk.kind()) {
      case CONTENT -> delta.put("content", chunk.text());
      case REASONING -> delta.put("reasoning_content", chunk.text());
      case TOOL -> delta.putArray("tool_calls").add(toolCall(chunk.tool()));
    }
    return Json.text(chunk(delta, null));
  }

  /** For a reader who goes on in the middle: how the stream began, and with it what stands on the frames that they have. */
  void before(StreamPage page) {
    opened(page.open());
    raw = false;
    for (StreamRecord record : page.records()) {
      if (!(record instanceof Chunk chunk))
        continue;
      began = true;
      if (chunk.raw() == null)
        continue;
      raw = true;
      if (identity.id() == null)
        identity.of(chunk.raw());
    }
  }

  /** What is said after the last chunk: why it finished, where the provider's own frames were not kept; what it cost, where nobody has said so. */
  List<String> endFrames(StreamRecord.End end, boolean usage) {
    List<String> last = new ArrayList<>(2);
    if (!raw)
      last.add(Json.text(chunk(Json.MAPPER.createObjectNode(), end.finishReason() == null ? "stop" : end.finishReason())));
    if (usage && !usageSaid && end.usage() != null) {
      ObjectNode cost = envelope();
      cost.putArray("choices");
      cost.set("usage", usage(end.usage()));
      last.add(Json.text(cost));
    }
    return last;
  }

  private static boolean saysUsage(String frame) {
    int at = frame.indexOf(USAGE);
    if (at < 0)
      return false;
    try {
      return Json.read(frame).path("usage").isObject();
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }

  /** Whether it is a chunk without any choice, as the one that says what the answer cost. Parsed only where it may be one: a frame that carries text never is. */
  static boolean hasNoChoice(Chunk chunk) {
    if (chunk.raw() == null || (chunk.text() != null && !chunk.text().isEmpty()) || chunk.tool() != null)
      return false;
    try {
      return Json.read(chunk.raw()).path("choices").isEmpty();
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }

  /** Whether it is a provider's frame that says nothing yet: a role, filters of the prompt. Parsed only where it may be one. */
  static boolean isOpening(Chunk chunk) {
    if (chunk.raw() == null || (chunk.text() != null && !chunk.text().isEmpty()) || chunk.tool() != null)
      return false;
    try {
      for (JsonNode choice : Json.read(chunk.raw()).path("choices")) {
        if (!choice.path("finish_reason").isMissingNode() && !choice.path("finish_reason").isNull())
          return false;
        for (Map.Entry<String, JsonNode> field : choice.path("delta").properties()) {
          JsonNode value = field.getValue();
          boolean empty = value.isNull() || (value.isTextual() && value.textValue().isEmpty());
          if (!empty && !field.getKey().equals("role"))
            return false;
        }
      }
      return true;
    } catch (JsonProcessingException notJson) {
      return false;
    }
  }

  static ObjectNode usage(Usage usage) {
    return Json.MAPPER.createObjectNode().put("prompt_tokens", usage.promptTokens()).put("completion_tokens", usage.completionTokens()).put(
        "total_tokens",
        usage.totalTokens());
  }

  private static ObjectNode toolCall(ToolDelta tool) {
    ObjectNode call = Json.MAPPER.createObjectNode();
    call.put("index", tool.index());
    if (tool.id() != null)
      call.put("id", tool.id()).put("type", "function");
    ObjectNode function = call.putObject("function");
    if (tool.name() != null)
      function.put("name", tool.name());
    if (tool.arguments() != null)
      function.put("arguments", tool.arguments());
    return call;
  }

  private ObjectNode chunk(ObjectNode delta, String finishReason) {
    ObjectNode chunk = envelope();
    ObjectNode choice = chunk.putArray("choices").addObject();
    choice.put("index", 0).set("delta", delta);
    choice.put("finish_reason", finishReason);
    return chunk;
  }

  private ObjectNode envelope() {
    return Json.MAPPER.createObjectNode().put("id", identity.id() == null ? id : identity.id()).put("object", "chat.completion.chunk")
        .put("created", identity.created(created)).put("model", model);
  }
}
