package dev.chorus.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What no provider could make sense of in a request, said before anything is started or paid for. Only the shape of a few well-known fields is judged; all else is the provider's to
 * accept or refuse.
 *
 * @param param the field, as OpenAI's errors name it
 */
public record RequestFlaw(String message, String param) {
  private static final int MOST_CHOICES = 128;

  /** The first in a body of chat completions, if there is one. */
  public static Optional<RequestFlaw> of(ObjectNode body) {
    return choices(body.get("n")).or(() -> tools(body.get("tools")));
  }

  private static Optional<RequestFlaw> choices(JsonNode n) {
    if (n == null || n.isNull() || (n.isIntegralNumber() && n.canConvertToInt() && n.intValue() >= 1 && n.intValue() <= MOST_CHOICES))
      return Optional.empty();
    return Optional.of(new RequestFlaw("'n' must be a whole number from 1 to " + MOST_CHOICES + ".", "n"));
  }

  private static Optional<RequestFlaw> tools(JsonNode tools) {
    if (tools == null || tools.isNull())
      return Optional.empty();
    if (!tools.isArray())
      return Optional.of(new RequestFlaw("'tools' must be a list.", "tools"));
    for (int i = 0; i < tools.size(); i++) {
      JsonNode tool = tools.get(i);
      String place = "tools[" + i + "]";
      if (!tool.isObject() || !tool.path("type").isTextual())
        return Optional.of(new RequestFlaw("'" + place + "' must be an object with a 'type'.", place + ".type"));
      JsonNode name = tool.path("function").path("name");
      if (tool.get("type").textValue().equals("function") && (!name.isTextual() || name.textValue().isEmpty()))
        return Optional.of(new RequestFlaw("'" + place + ".function' must be an object with a 'name'.", place + ".function.name"));
    }
    return Optional.empty();
  }
}
