package dev.chorus.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.ChatClient;
import java.util.List;

/** What one reader saw of one stream, with its numbers checked: contiguous from 1, one end, the last. */
record StreamText(String text, int chunks, JsonNode end) {

  static StreamText of(ChatClient client, String stream) {
    return of(client.received().stream().filter(frame -> frame.path("data").path("streamId").asText().equals(stream)).toList());
  }

  /** Of envelopes with a type and data, in the order in which they came. */
  static StreamText of(List<JsonNode> frames) {
    StringBuilder text = new StringBuilder();
    long position = 0;
    int chunks = 0;
    JsonNode end = null;
    for (JsonNode frame : frames) {
      JsonNode data = frame.get("data");
      if (end != null)
        throw new AssertionError("after the end came " + frame);
      switch (frame.get("type").asText()) {
        case "stream:chunk" -> {
          if (data.get("from").asLong() != position + 1)
            throw new AssertionError("after " + position + " came " + frame);
          position = data.get("to").asLong();
          chunks++;
          if (data.get("kind").asText().equals("content"))
            text.append(data.path("text").asText());
        }
        case "stream:notice", "stream:end" -> {
          if (data.get("seq").asLong() != position + 1)
            throw new AssertionError("after " + position + " came " + frame);
          position++;
          if (frame.get("type").asText().equals("stream:end"))
            end = data;
        }
        default -> {
          // stream:open carries no number
        }
      }
    }
    return new StreamText(text.toString(), chunks, end);
  }
}
