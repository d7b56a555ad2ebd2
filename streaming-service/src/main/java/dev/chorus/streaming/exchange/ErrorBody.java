package dev.chorus.streaming.exchange;

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
public final class ErrorBody {
  private static final int MAX_CHARACTERS = 1000;
  private static final int MIN_SECRET = 4;
  /** What looks like a key, whole or shortened with stars, and what looks like a URL. */
  private static final Pattern PRIVATE = Pattern.compile("\\b(?:sk|pk|key)-[A-Za-z0-9_*.-]{3,}|\\bBearer\\s+\\S+|https?://\\S+"
      + "|\\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\\barn:aws[a-z-]*:\\S+");
  private final String key;
  /** With its port; null where the URL has no host. */
  private final Pattern address;

  /** @param url where the provider is */
  public ErrorBody(ProviderEntry provider, String url) {
    this.key = provider.key();
    String host = URI.create(url).getHost();
    this.address = host == null ? null : Pattern.compile(Pattern.quote(host) + "(?::\\d{1,5})?");
  }

  /**
   * A status that is not 200.
   *
   * @param typeHeader names the error where the body does not, e.g. {@code ThrottlingException:http://…}; or null
   * @param retryAfterMs as a header asked for, or null
   */
  ProviderFailure status(int status, String typeHeader, String body, Long retryAfterMs) {
    ProviderFailure failure = status(status, body, retryAfterMs);
    if (typeHeader == null || failure.type() != null)
      return failure;
    String type = clean(typeHeader.split(":", 2)[0]);
    return new ProviderFailure(Cause.STATUS, failure.message(), status, type, failure.code(), failure.param(), retryAfterMs);
  }

  private ProviderFailure status(int status, String body, Long retryAfterMs) {
    JsonNode error;
    try {
      JsonNode root = Json.read(body);
      error = root.path("error").isObject() ? root.path("error") : root;
      if (root.path("error").isTextual())
        return failure(Cause.STATUS, root.path("error").textValue(), status, error, retryAfterMs);
    } catch (JsonProcessingException notJson) {
      error = Json.MAPPER.missingNode();
    }
    String message = error.path("message").asText(error.path("Message").asText(""));
    return failure(Cause.STATUS, message.isEmpty() ? "The provider answered with status " + status + "." : message, status, error,
        retryAfterMs);
  }

  /** An error within a stream. */
  public ProviderFailure inBand(JsonNode chunk) {
    JsonNode error = chunk.path("error");
    return inBand(error.isTextual() ? error.textValue() : error.path("message").asText(""), error);
  }

  /** An error within a stream that is named outside of its body. */
  public ProviderFailure inBand(String type, String message) {
    return inBand(message, Json.MAPPER.createObjectNode().put("type", type));
  }

  private ProviderFailure inBand(String message, JsonNode error) {
    return failure(Cause.IN_BAND, message.isEmpty() ? "The provider broke the answer off with an error." : message, 0, error, null);
  }

  private ProviderFailure failure(Cause cause, String message, int status, JsonNode error, Long retryAfterMs) {
    return new ProviderFailure(cause, clean(message), status, word(error.path("type")), word(error.path("code")), word(error.path("param")),
        retryAfterMs);
  }

  private String word(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? clean(value.asText()) : null;
  }

  /** Shortened last: half a key would not be known for one. */
  String clean(String text) {
    String cleaned = key != null && key.length() >= MIN_SECRET ? text.replace(key, "[…]") : text;
    cleaned = PRIVATE.matcher(cleaned).replaceAll("[…]");
    if (address != null)
      cleaned = address.matcher(cleaned).replaceAll("[…]");
    if (!Text.isStorable(cleaned))
      cleaned = cleaned.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
    return cleaned.length() > MAX_CHARACTERS ? cleaned.substring(0, end(cleaned)) : cleaned;
  }

  /** Not between the halves of a surrogate pair. */
  private static int end(String text) {
    return Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
  }
}
