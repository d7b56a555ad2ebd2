package dev.chorus.streaming.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.provider.Frame;
import dev.chorus.streaming.provider.Piece;
import java.util.List;

/** Frames as an OpenAI-compatible provider would have sent them: one id, created and model through the whole answer. */
public final class ChatFrames {
  private static final int SECOND_MS = 1000;
  private final String id;
  private final long created;
  private final String model;
  private final boolean raw;

  /** @param now milliseconds since the epoch */
  public ChatFrames(String word, long now, String model, boolean raw) {
    this.id = "chatcmpl-" + word;
    this.created = now / SECOND_MS;
    this.model = model;
    this.raw = raw;
  }

  /** Whether frames have their OpenAI form at all. */
  public boolean isRaw() {
    return raw;
  }

  /** The first frame: it names the role and says nothing yet. */
  public Frame role() {
    return frame(List.of(), delta().put("role", "assistant").put("content", ""), null);
  }

  public Frame content(String text) {
    return frame(List.of(new Piece.Content(text)), delta().put("content", text), null);
  }

  public Frame reasoning(String text) {
    return frame(List.of(new Piece.Reasoning(text)), delta().put("reasoning_content", text), null);
  }

  public Frame tool(ToolDelta tool) {
    ObjectNode call = delta().put("index", tool.index());
    if (tool.id() != null)
      call.put("id", tool.id()).put("type", "function");
    ObjectNode function = call.putObject("function");
    if (tool.name() != null)
      function.put("name", tool.name());
    function.put("arguments", tool.arguments());
    ObjectNode delta = delta();
    delta.putArray("tool_calls").add(call);
    return frame(List.of(new Piece.Tool(tool)), delta, null);
  }

  /** What that frame says, said by another choice. */
  public Frame other(int choice, Frame frame) {
    try {
      JsonNode chunk = Json.read(frame.raw());
      ((ObjectNode) chunk.path("choices").path(0)).put("index", choice);
      return new Frame(List.of(), frame.token(), Json.text(chunk));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a frame of ours cannot be read", e);
    }
  }

  public Frame finish(String reason) {
    return frame(List.of(), delta(), reason);
  }

  /** What the provider says instead of an answer. */
  public Frame refusal(String text) {
    return frame(List.of(new Piece.Content(text)), delta().put("refusal", text), null);
  }

  public Frame usage(Usage usage) {
    return usage(usage, 0);
  }

  /** @param cached so many tokens of the prompt came from the provider's cache */
  public Frame usage(Usage usage, long cached) {
    if (!raw)
      return new Frame(List.of(), false, null);
    ObjectNode chunk = chunk();
    chunk.putArray("choices");
    ObjectNode said = chunk.putObject("usage").put("prompt_tokens", usage.promptTokens()).put("completion_tokens", usage.completionTokens())
        .put("total_tokens", usage.totalTokens());
    if (cached > 0)
      said.putObject("prompt_tokens_details").put("cached_tokens", cached);
    return new Frame(List.of(), false, Json.text(chunk));
  }

  private Frame frame(List<Piece> pieces, ObjectNode delta, String reason) {
    if (!raw)
      return new Frame(pieces, !pieces.isEmpty(), null);
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    choice.put("finish_reason", reason);
    return new Frame(pieces, !pieces.isEmpty(), Json.text(chunk));
  }

  private ObjectNode chunk() {
    return delta().put("id", id).put("object", "chat.completion.chunk").put("created", created).put("model", model);
  }

  private static ObjectNode delta() {
    return JsonNodeFactory.instance.objectNode();
  }
}
