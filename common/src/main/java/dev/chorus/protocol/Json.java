package dev.chorus.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The one JSON mapper, with bounds on what it reads: nesting, numbers and names of an attacker cost no more than others'. */
public final class Json {
  private static final int MAX_DEPTH = 64;
  public static final ObjectMapper MAPPER = JsonMapper
      .builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(64).build()).build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      // Without it characters beyond U+FFFF are written as two escapes: twelve bytes instead of four.
      .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Json() {}

  /** The tree of that text. Fails if it is not exactly one JSON value within the bounds. */
  public static JsonNode read(byte[] text, int offset, int length) throws IOException {
    return MAPPER.readTree(MAPPER.createParser(text, offset, length));
  }

  /** The tree of that text. Fails if it is not exactly one JSON value within the bounds. */
  public static JsonNode read(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** The tree of JSON of ours; that it cannot be read is a bug. */
  public static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException("not JSON", e);
    }
  }

  /** The JSON of a value of ours; that it cannot be written is a bug. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + value.getClass(), e);
    }
  }

  /** The JSON of a value of ours as text. */
  public static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + value.getClass(), e);
    }
  }
}
