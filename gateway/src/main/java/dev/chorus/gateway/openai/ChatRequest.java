package dev.chorus.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.gateway.stream.RequestFlaw;
import dev.chorus.protocol.Fields;
import dev.chorus.protocol.Json;

/**
 * A chat-completions request, checked only where it must be: what is unknown here goes on to the provider.
 *
 * @param body what the provider is asked, as JSON text, without {@code stream}
 * @param stream token by token
 * @param usage the last chunk says what it cost
 */
record ChatRequest(String body, boolean stream, boolean usage) {

  /** What was wrong with a request. */
  static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient OpenAiError error;

    Invalid(String message, String param) {
      super(message, null, false, false);
      this.error = OpenAiError.invalid(message, param);
    }

    OpenAiError error() {
      return error;
    }
  }

  /** @param streamsByDefault where the body does not say */
  static ChatRequest of(ObjectNode body, boolean streamsByDefault) {
    requireModel(body.get("model"), body.get("config"));
    requireMessages(body.get("messages"));
    if (!Fields.isStorable(body))
      throw new Invalid("The request holds U+0000 or an unpaired surrogate.", null);
    boolean stream = flag(body, "stream", streamsByDefault);
    if (body.get("config") instanceof ObjectNode config) {
      stream = body.has("stream") ? stream : flag(config, "stream", streamsByDefault);
      body.remove("config");
      CompletionRequest.addOptions(body, config);
    }
    body.remove("stream");
    RequestFlaw.of(body).ifPresent(flaw -> {
      throw new Invalid(flaw.message(), flaw.param());
    });
    boolean usage = body.path("stream_options").path("include_usage").asBoolean(false);
    return new ChatRequest(Json.text(body), stream, usage);
  }

  private static void requireModel(JsonNode model, JsonNode config) {
    JsonNode asked = model == null && config != null ? config.get("model") : model;
    if (asked == null || !asked.isTextual() || asked.textValue().isEmpty())
      throw new Invalid("You must provide a 'model', a string.", "model");
  }

  private static void requireMessages(JsonNode messages) {
    if (messages == null || !messages.isArray() || messages.isEmpty())
      throw new Invalid("'messages' must be a list of at least one message.", "messages");
    for (int i = 0; i < messages.size(); i++) {
      String place = "messages[" + i + "]";
      if (!messages.get(i).isObject())
        throw new Invalid("'" + place + "' must be an object.", place);
      if (!messages.get(i).path("role").isTextual())
        throw new Invalid("'" + place + ".role' is missing or not a string.", place + ".role");
    }
  }

  private static boolean flag(ObjectNode body, String name, boolean byDefault) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull())
      return byDefault;
    if (!value.isBoolean())
      throw new Invalid("'" + name + "' must be true or false.", name);
    return value.booleanValue();
  }
}
