package dev.chorus.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.ChatClient;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What one reader saw of one stream, with its numbers checked: contiguous from 1, one end, the last. What a reset voids is not part of the text. */
record StreamText(String text, int chunks, JsonNode end) {

  static StreamText of(ChatClient client, String stream) {
    return of(client.received().stream().filter(frame -> frame.path("data").path("streamId").asText().equals(stream)).toList());
  }

  /** Of envelopes with a type and data, in the order in which they came. */
  static StreamText of(List<JsonNode> frames) {
    NavigableMap<Long, String> texts = new TreeMap<>();
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
            texts.put(position, data.path("text").asText());
        }
        case "stream:notice", "stream:end" -> {
          if (data.get("seq").asLong() != position + 1)
            throw new AssertionError("after " + position + " came " + frame);
          position++;
          if (data.path("notice").asText().equals("reset"))
            texts.tailMap(data.get("fromSeq").asLong(), false).clear();
          if (frame.get("type").asText().equals("stream:end"))
            end = data;
        }
        default -> {
          // stream:open carries no number
        }
      }
    }
    return new StreamText(String.join("", texts.values()), chunks, end);
  }
}
