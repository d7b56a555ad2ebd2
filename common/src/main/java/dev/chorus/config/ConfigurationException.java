package dev.chorus.config;

import java.util.List;

/** The settings are wrong; {@link #problems()} says what, one sentence for each key, for the person who set them. */
public final class ConfigurationException extends RuntimeException {
  private final transient List<String> problems;

  ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, beginning with the key. */
  public List<String> problems() {
    return problems;
  }
}
