package dev.chorus.streaming.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One object of the provider file and where it stands. Reading a wrong value tells the problem and goes on with the default. */
final class Section {
  private static final long MAX_NUMBER = Integer.MAX_VALUE;
  private final String place;
  private final JsonNode object;
  private final List<String> problems;

  Section(String place, JsonNode object, List<String> problems) {
    this.place = place;
    this.object = object;
    this.problems = problems;
  }

  /** The sentence goes on after the place. */
  void problem(String sentence) {
    String start = Character.toUpperCase(place.charAt(0)) + place.substring(1);
    problems.add(start + " " + sentence);
  }

  /** A misspelt key would be ignored in silence. */
  void only(String... keys) {
    Set<String> known = Set.of(keys);
    object.fieldNames().forEachRemaining(key -> {
      if (!known.contains(key))
        problem("has the unknown key \"" + key + "\"; known are " + String.join(", ", keys) + ".");
    });
  }

  boolean has(String key) {
    return object.hasNonNull(key);
  }

  /** Text, or null. */
  String text(String key) {
    JsonNode value = object.get(key);
    if (value == null || value.isNull())
      return null;
    if (value.isTextual() && !value.textValue().isBlank())
      return value.textValue();
    problem("has a \"" + key + "\" that is not a text.");
    return null;
  }

  String requiredText(String key) {
    if (!has(key))
      problem("has no \"" + key + "\".");
    return text(key);
  }

  int number(String key, int byDefault, int min) {
    JsonNode value = object.get(key);
    if (value == null || value.isNull())
      return byDefault;
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= min && value.longValue() <= MAX_NUMBER)
      return value.intValue();
    problem("has a \"" + key + "\" that is not a whole number of at least " + min + ".");
    return byDefault;
  }

  double decimal(String key, double byDefault, double min) {
    JsonNode value = object.get(key);
    if (value == null || value.isNull())
      return byDefault;
    if (value.isNumber() && value.doubleValue() >= min && Double.isFinite(value.doubleValue()))
      return value.doubleValue();
    problem("has a \"" + key + "\" that is not a number of at least " + min + ".");
    return byDefault;
  }

  boolean flag(String key, boolean byDefault) {
    JsonNode value = object.get(key);
    if (value == null || value.isNull())
      return byDefault;
    if (!value.isBoolean())
      problem("has a \"" + key + "\" that is not true or false.");
    return value.asBoolean(byDefault);
  }

  /** An object; an empty one where there is none. */
  Section section(String key) {
    JsonNode value = object.get(key);
    if (value != null && !value.isNull() && !value.isObject())
      problem("has a \"" + key + "\" that is not an object.");
    return new Section("\"" + key + "\" of " + place, value != null && value.isObject() ? value : Json.MAPPER.createObjectNode(), problems);
  }

  /** The objects of an array with at least one, each named by its "name" where it has one, else by its position. */
  List<Section> sections(String key, String noun) {
    JsonNode value = object.get(key);
    if (value == null || !value.isArray() || value.isEmpty()) {
      problem("has no list \"" + key + "\" with at least one " + noun + ".");
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      JsonNode item = value.get(i);
      String name = item.path("name").isTextual() ? "\"" + item.path("name").textValue() + "\"" : "number " + (i + 1);
      Section section = new Section(noun + " " + name + (place.startsWith("the ") ? "" : " of " + place),
          item.isObject() ? item : Json.MAPPER.createObjectNode(), problems);
      if (item.isObject())
        sections.add(section);
      else
        section.problem("is not an object.");
    }
    return sections;
  }

  /** Texts by name. */
  Map<String, String> texts(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    Section section = section(key);
    section.object.fieldNames().forEachRemaining(name -> {
      String text = section.text(name);
      if (text != null)
        texts.put(name, text);
    });
    return texts;
  }
}
