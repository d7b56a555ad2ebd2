package dev.chorus.streaming.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A piece of a turn. */
public sealed interface Part {
  record Text(String text) implements Part {}

  /**
   * An image, or a document such as a PDF.
   *
   * @param mediaType e.g. {@code image/png}; null where only the URL is known
   * @param base64 its bytes, or null when it is to be fetched from the URL
   * @param name of the document, or null
   */
  record Media(boolean image, String mediaType, String base64, String url, String name) implements Part {}

  /** A call that the assistant made; its input is a JSON object. */
  record ToolCall(String id, String name, JsonNode input) implements Part {}

  /** What a call brought. */
  record ToolResult(String id, List<Part> content) implements Part {}
}
