package dev.chorus.gateway.aisdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ToolDelta;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one stream as parts of a UI message: blocks of text and reasoning, calls of tools, one step around them. What has been shown cannot be taken back: a stream
 * that does so ends with an error part.
 */
final class UiParts {
  private final List<ObjectNode> parts = new ArrayList<>();
  private Kind block;
  private int blocks;
  private Tool tool;
  private boolean over;

  /** A call of a tool while its input comes. */
  private record Tool(int index, String id, String name, StringBuilder input) {}

  /** How the message begins; without an id it is the client's last one that goes on. */
  List<ObjectNode> begin(String messageId) {
    ObjectNode start = part("start");
    if (messageId != null)
      start.put("messageId", messageId);
    part("start-step");
    return taken();
  }

  /** The stream has ended, or cannot go on here: nothing more comes. */
  boolean isOver() {
    return over;
  }

  List<ObjectNode> of(List<StreamRecord> records) {
    for (StreamRecord record : records) {
      if (over)
        break;
      switch (record) {
        case Chunk chunk -> chunk(chunk);
        case StreamRecord.Notice notice when notice.notice().equals("reset") ->
          error("The answer broke off and began anew; ask again.");
        case StreamRecord.Notice notice -> {
          // The text goes on.
        }
        case StreamRecord.End end -> end(end);
      }
    }
    return taken();
  }

  List<ObjectNode> lost(String message) {
    error(message);
    return taken();
  }

  private List<ObjectNode> taken() {
    List<ObjectNode> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }

  private void chunk(Chunk chunk) {
    if (chunk.kind() == Kind.TOOL)
      tool(chunk.tool());
    else if (chunk.text() != null && !chunk.text().isEmpty())
      text(chunk.kind(), chunk.text());
  }

  private void text(Kind kind, String text) {
    closeTool();
    if (block != kind) {
      closeBlock();
      block = kind;
      blocks++;
      part(name() + "-start").put("id", blockId());
    }
    part(name() + "-delta").put("id", blockId()).put("delta", text);
  }

  private String name() {
    return block == Kind.REASONING ? "reasoning" : "text";
  }

  private String blockId() {
    return name() + "-" + blocks;
  }

  private void closeBlock() {
    if (block != null)
      part(name() + "-end").put("id", blockId());
    block = null;
  }

  private void tool(ToolDelta delta) {
    if (delta == null)
      return;
    closeBlock();
    boolean another = tool == null || tool.index != delta.index() || (delta.id() != null && !delta.id().equals(tool.id));
    if (another) {
      closeTool();
      tool = new Tool(delta.index(), delta.id() == null ? "call-" + delta.index() : delta.id(), delta.name() == null ? "" : delta.name(),
          new StringBuilder());
      part("tool-input-start").put("toolCallId", tool.id).put("toolName", tool.name);
    }
    if (delta.arguments() == null || delta.arguments().isEmpty())
      return;
    tool.input.append(delta.arguments());
    part("tool-input-delta").put("toolCallId", tool.id).put("inputTextDelta", delta.arguments());
  }

  private void closeTool() {
    if (tool == null)
      return;
    try {
      JsonNode input = Json.read(tool.input.isEmpty() ? "{}" : tool.input.toString());
      part("tool-input-available").put("toolCallId", tool.id).put("toolName", tool.name).set("input", input);
    } catch (JsonProcessingException notJson) {
      part("tool-input-error").put("toolCallId", tool.id).put("toolName", tool.name).put("input", tool.input.toString()).put("errorText",
          "The model called the tool with something that is not JSON.");
    }
    tool = null;
  }

  private void end(StreamRecord.End end) {
    if (!end.status().equals("COMPLETED")) {
      if (end.failure() == null)
        part("abort");
      error(end.failure() == null ? "The answer was cancelled." : end.failure().error().message());
      return;
    }
    closeBlock();
    closeTool();
    ObjectNode usage = part("data-usage").put("transient", true).putObject("data");
    usage.put("finishReason", end.finishReason());
    if (end.usage() != null)
      usage.setAll((ObjectNode) Json.MAPPER.valueToTree(end.usage()));
    if (end.cost() != null)
      usage.set("cost", Json.MAPPER.valueToTree(end.cost()));
    part("finish-step");
    part("finish");
    over = true;
  }

  private void error(String message) {
    over = true;
    part("error").put("errorText", message);
  }

  private ObjectNode part(String type) {
    ObjectNode part = Json.MAPPER.createObjectNode().put("type", type);
    parts.add(part);
    return part;
  }
}
