package dev.chorus.streaming.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chorus.protocol.Json;
import java.io.IOException;

/**
 * The chunk that most are: one choice that goes on with a piece of text, and says nothing else that counts. It is read without making a tree of it, since one comes for each
 * token. Whatever is not surely of this kind is left to the tree.
 *
 * @param text "" when there is none
 */
record PlainChunk(int index, String text) {
  /** Null when it is of another kind, or not JSON. */
  static PlainChunk of(String data) {
    try (JsonParser in = Json.MAPPER.getFactory().createParser(data)) {
      if (in.nextToken() != JsonToken.START_OBJECT)
        return null;
      PlainChunk chunk = null;
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        switch (name) {
          case "choices" -> {
            chunk = chunk == null && value == JsonToken.START_ARRAY ? choice(in) : null;
            if (chunk == null)
              return null;
          }
          case "error", "usage" -> {
            if (value != JsonToken.VALUE_NULL)
              return null;
          }
          default -> in.skipChildren();
        }
      }
      return in.hasToken(JsonToken.END_OBJECT) && in.nextToken() == null ? chunk : null;
    } catch (IOException notJson) {
      return null;
    }
  }

  /** The only one of the list. */
  private static PlainChunk choice(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT)
      return null;
    int index = 0;
    String text = "";
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (name) {
        case "index" -> {
          if (value != JsonToken.VALUE_NUMBER_INT)
            return null;
          index = in.getIntValue();
        }
        case "delta" -> {
          text = value == JsonToken.START_OBJECT ? text(in) : null;
          if (text == null)
            return null;
        }
        case "finish_reason" -> {
          if (value != JsonToken.VALUE_NULL)
            return null;
        }
        default -> in.skipChildren();
      }
    }
    return in.nextToken() == JsonToken.END_ARRAY ? new PlainChunk(index, text) : null;
  }

  /** Null when there is more in the delta than text and a role. */
  private static String text(JsonParser in) throws IOException {
    String text = "";
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      if (value == JsonToken.VALUE_NULL)
        continue;
      if (value != JsonToken.VALUE_STRING || !(name.equals("content") || name.equals("role")))
        return null;
      if (name.equals("content"))
        text = in.getText();
    }
    return text;
  }
}
