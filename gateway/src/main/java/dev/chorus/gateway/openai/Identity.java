package dev.chorus.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;

/**
 * Makes the frames of several attempts one answer: the id and the time of the first frame stand on all, and the role is said once. Frames of the same attempt go through as
 * they are, without being read.
 */
final class Identity {
  private static final String ROLE = "\"role\"";
  private String id;
  private String quotedId;
  private JsonNode created;
  private boolean roleSaid;

  /** The frame as this answer's. */
  String of(String frame) {
    if (id == null) {
      take(frame);
    } else if (!frame.contains(quotedId)) {
      return adopted(frame);
    }
    roleSaid = roleSaid || frame.contains(ROLE);
    return frame;
  }

  /** The id that all frames have, or null if none has been seen. */
  String id() {
    return id;
  }

  long created(long otherwise) {
    return created == null || !created.isNumber() ? otherwise : created.longValue();
  }

  private void take(String frame) {
    ObjectNode read = read(frame);
    String said = read.path("id").asText("");
    // Some begin with a frame of filters that has no id yet.
    if (said.isEmpty())
      return;
    id = said;
    quotedId = Json.text(said);
    created = read.get("created");
  }

  private String adopted(String frame) {
    ObjectNode read = read(frame);
    if (read.path("id").asText("").isEmpty() || read.path("id").asText().equals(id))
      return frame;
    read.put("id", id);
    if (created != null)
      read.set("created", created);
    for (JsonNode choice : read.path("choices")) {
      if (roleSaid && choice.path("delta") instanceof ObjectNode delta)
        delta.remove("role");
    }
    roleSaid = true;
    return Json.text(read);
  }

  private static ObjectNode read(String frame) {
    try {
      if (Json.read(frame) instanceof ObjectNode object)
        return object;
    } catch (JsonProcessingException notJson) {
      // It goes through as it is.
    }
    return Json.MAPPER.createObjectNode();
  }
}
