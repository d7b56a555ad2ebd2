package dev.chorus.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.Text;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads the fields of one JSON object that came from outside; each method names the field in its refusal. JSON null counts as absent. */
public final class Fields {
  /** Above it a JavaScript client could not say the number exactly. */
  private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
  private final JsonNode object;

  public Fields(JsonNode object) {
    this.object = object;
  }

  /** The field, or null when it is absent or JSON null. */
  public JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Text without U+0000 and unpaired surrogates, or null. */
  public String text(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!value.isTextual())
      throw wrong(name, "a string");
    if (!Text.isStorable(value.textValue())) {
      throw bad("'" + name + "' holds U+0000 or an unpaired surrogate.");
    }
    return value.textValue();
  }

  public String requiredText(String name) {
    return required(name, text(name));
  }

  /** Text of at most that many characters of Unicode, or null. */
  public String text(String name, int maxCharacters) {
    String value = text(name);
    if (value != null && value.codePointCount(0, value.length()) > maxCharacters)
      throw tooLarge(name, maxCharacters + " characters");
    return value;
  }

  /** A number from 0 to 2^53 - 1, or null. */
  public Long sequence(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!value.isIntegralNumber() || !value.canConvertToLong())
      throw wrong(name, "a whole number");
    long number = value.longValue();
    if (number < 0 || number > MAX_SAFE_INTEGER)
      throw bad("'" + name + "' is not a number from 0 to 9007199254740991.");
    return number;
  }

  /** Any whole number, or null. */
  public Long integer(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!value.isIntegralNumber() || !value.canConvertToLong())
      throw wrong(name, "a whole number");
    return value.longValue();
  }

  public int limit(String name, int max, int byDefault) {
    Long value = integer(name);
    if (value == null)
      return byDefault;
    if (value < 1 || value > max)
      throw bad("'" + name + "' is not a number from 1 to " + max + ".");
    return value.intValue();
  }

  public boolean flag(String name, boolean byDefault) {
    Boolean value = flag(name);
    return value == null ? byDefault : value;
  }

  /** True, false or null. */
  public Boolean flag(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!value.isBoolean())
      throw wrong(name, "true or false");
    return value.booleanValue();
  }

  public ObjectNode object(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!(value instanceof ObjectNode node))
      throw wrong(name, "an object");
    return node;
  }

  public ArrayNode array(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!(value instanceof ArrayNode node))
      throw wrong(name, "an array");
    return node;
  }

  /** JSON text of an object of at most that many bytes, or null. */
  public String objectText(String name, int maxBytes) {
    ObjectNode value = object(name);
    if (value == null)
      return null;
    String json = Json.text(value);
    if (Text.utf8Length(json) > maxBytes)
      throw tooLarge(name, maxBytes + " bytes");
    if (!isStorable(value))
      throw bad("'" + name + "' holds U+0000 or an unpaired surrogate.");
    return json;
  }

  /** One of an enum whose words on the wire are its names in lower case with '-' for '_'. */
  public <E extends Enum<E>> E word(String name, Class<E> type, E byDefault) {
    String value = text(name);
    if (value == null)
      return byDefault;
    StringBuilder words = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (word.equals(value))
        return constant;
      words.append(words.isEmpty() ? "" : ", ").append(word);
    }
    throw bad("'" + name + "' is not one of " + words + ".");
  }

  /** One of an enum whose words on the wire are its names as they are, or null. */
  public <E extends Enum<E>> E constant(String name, Class<E> type) {
    String value = text(name);
    if (value == null)
      return null;
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value))
        return constant;
    }
    throw bad(
        "'" + name + "' is not one of " + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")) + ".");
  }

  /** A finite number, or null. */
  public Double number(String name) {
    JsonNode value = get(name);
    if (value == null)
      return null;
    if (!value.isNumber())
      throw wrong(name, "a number");
    double number = value.doubleValue();
    if (!Double.isFinite(number))
      throw bad("'" + name + "' is too large for a number.");
    return number;
  }

  public <T> T required(String name, T value) {
    if (value == null)
      throw bad("'" + name + "' is missing.");
    return value;
  }

  /** Whether no text or name in it holds U+0000 or an unpaired surrogate. */
  public static boolean isStorable(JsonNode node) {
    if (node.isTextual())
      return Text.isStorable(node.textValue());
    if (node instanceof ObjectNode object) {
      for (var entry : object.properties()) {
        if (!Text.isStorable(entry.getKey()) || !isStorable(entry.getValue()))
          return false;
      }
    } else if (node.isArray()) {
      for (JsonNode item : node) {
        if (!isStorable(item))
          return false;
      }
    }
    return true;
  }

  private static Refusal wrong(String name, String right) {
    return bad("'" + name + "' is not " + right + ".");
  }

  private static Refusal bad(String sentence) {
    return Problem.badRequest(sentence).refusal();
  }

  private static Refusal tooLarge(String name, String limit) {
    return Refusal.of(ErrorCode.TOO_LARGE, "'" + name + "' is longer than " + limit + ".");
  }
}
