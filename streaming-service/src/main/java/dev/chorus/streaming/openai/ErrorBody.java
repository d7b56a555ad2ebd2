package dev.chorus.streaming.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.Text;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import java.net.URI;
import java.util.regex.Pattern;

/** Reads a provider's errors, and takes its key and address out of what they say before anybody hears it. */
final class ErrorBody {
  private static final int MAX_CHARACTERS = 1000;
  private static final int MIN_SECRET = 4;
  /** What looks like a key, whole or shortened with stars, and what looks like a URL. */
  private static final Pattern PRIVATE = Pattern.compile("\\b(?:sk|pk|key)-[A-Za-z0-9_*.-]{3,}|\\bBearer\\s+\\S+|https?://\\S+");
  private final String key;
  private final String host;

  ErrorBody(ProviderEntry provider) {
    this.key = provider.key();
    URI uri = URI.create(provider.baseUrl());
    this.host = uri.getHost();
  }

  /**
   * A status that is not 200.
   *
   * @param retryAfterMs as a header asked for, or null
   */
  ProviderFailure status(int status, String body, Long retryAfterMs) {
    JsonNode error;
    try {
      JsonNode root = Json.read(body);
      error = root.path("error").isObject() ? root.path("error") : root;
      if (root.path("error").isTextual())
        return failure(Cause.STATUS, root.path("error").textValue(), status, error, retryAfterMs);
    } catch (JsonProcessingException notJson) {
      error = Json.MAPPER.missingNode();
    }
    String message = error.path("message").asText("");
    return failure(Cause.STATUS, message.isEmpty() ? "The provider answered with status " + status + "." : message, status, error,
        retryAfterMs);
  }

  /** An error within a stream. */
  ProviderFailure inBand(JsonNode chunk) {
    JsonNode error = chunk.path("error");
    String message = error.isTextual() ? error.textValue() : error.path("message").asText("");
    return failure(Cause.IN_BAND, message.isEmpty() ? "The provider broke the answer off with an error." : message, 0, error, null);
  }

  private ProviderFailure failure(Cause cause, String message, int status, JsonNode error, Long retryAfterMs) {
    return new ProviderFailure(cause, clean(message), status, word(error.path("type")), word(error.path("code")), word(error.path("param")),
        retryAfterMs);
  }

  private String word(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? clean(value.asText()) : null;
  }

  String clean(String text) {
    String cleaned = text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) : text;
    if (key != null && key.length() >= MIN_SECRET)
      cleaned = cleaned.replace(key, "[…]");
    cleaned = PRIVATE.matcher(cleaned).replaceAll("[…]");
    if (host != null)
      cleaned = cleaned.replace(host, "[…]");
    return Text.isStorable(cleaned) ? cleaned : cleaned.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
  }
}
