package dev.chorus.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads settings in the style of environment variables. A wrong value is remembered and its default returned, so that reading
 * goes on and {@link #check()} can report every error at once. A blank value counts as absent. Values of secrets are never repeated in a sentence.
 */
public final class Settings {
  private final Map<String, String> environment;
  private final Set<String> problems = new LinkedHashSet<>();

  private Settings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Settings over a copy of the given variables. */
  public static Settings of(Map<String, String> environment) {
    return new Settings(environment);
  }

  /** A whole number from min to max, both included. */
  public int integer(String key, int byDefault, int min, int max) {
    return (int) longNumber(key, byDefault, min, max);
  }

  /** A whole number from min to max, both included. */
  public long longNumber(String key, long byDefault, long min, long max) {
    Optional<String> text = text(key);
    if (text.isEmpty())
      return byDefault;
    try {
      long number = Long.parseLong(text.get());
      if (number >= min && number <= max)
        return number;
    } catch (NumberFormatException notANumber) {
      // Reported below, together with numbers that are out of range.
    }
    problem(key, "must be a whole number from " + min + " to " + max + ", but is " + quoted(text.get()) + ".");
    return byDefault;
  }

  /** A duration that is written in milliseconds, zero or longer. */
  public Duration millis(String key, Duration byDefault) {
    return Duration.ofMillis(longNumber(key, byDefault.toMillis(), 0, Integer.MAX_VALUE));
  }

  /** A duration that is written in seconds, zero or longer. */
  public Duration seconds(String key, Duration byDefault) {
    return text(key).isEmpty() ? byDefault : Duration.ofSeconds(longNumber(key, byDefault.toSeconds(), 0, Integer.MAX_VALUE));
  }

  /** true or on, false or off. */
  public boolean flag(String key, boolean byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty())
      return byDefault;
    return switch (text.get()) {
      case "true", "on" -> true;
      case "false", "off" -> false;
      default -> {
        problem(key, "must be true or false, but is " + quoted(text.get()) + ".");
        yield byDefault;
      }
    };
  }

  /** The value without surrounding white space. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(environment.get(key)).map(String::strip).filter(value -> !value.isEmpty());
  }

  /** The value of KEY, or the content of the file that KEY_FILE names, without surrounding white space. Both given is an error. */
  public Optional<String> secret(String key) {
    String fileKey = key + "_FILE";
    Optional<String> file = text(fileKey);
    if (file.isEmpty())
      return text(key);
    if (text(key).isPresent()) {
      problem(key, "is given twice, by itself and by " + fileKey + "; give one of them.");
      return Optional.empty();
    }
    try {
      Optional<String> content = SecretFile.read(Path.of(file.get()));
      if (content.isEmpty())
        problem(fileKey, "names a file that is empty.");
      return content;
    } catch (SecretFile.Unreadable unreadable) {
      problem(fileKey, "names a file that cannot be read: " + quoted(file.get()) + ".");
      return Optional.empty();
    }
  }

  /** The values between commas, without white space and without empty ones; no value is the empty list. */
  public List<String> list(String key) {
    return text(key).map(value -> Arrays.stream(value.split(",", -1)).map(String::strip).filter(item -> !item.isEmpty()).toList())
        .orElse(List.of());
  }

  /** Remembers what is wrong with a key, for checks that only its reader can make. The sentence goes on after the key: "must be …". */
  public synchronized void problem(String key, String sentence) {
    problems.add(key + " " + sentence);
  }

  /** Throws one exception with every problem so far, in the order found; does nothing when there is none. */
  public synchronized void check() throws ConfigurationException {
    if (!problems.isEmpty())
      throw new ConfigurationException(new ArrayList<>(problems));
  }

  private static String quoted(String value) {
    return '"' + (value.length() <= 80 ? value : value.substring(0, 80) + "…") + '"';
  }
}
