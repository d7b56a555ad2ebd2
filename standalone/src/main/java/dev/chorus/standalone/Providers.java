package dev.chorus.standalone;

import dev.chorus.streaming.provider.ProviderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The provider file of the options or the environment, checked before anything starts. Without one the streaming service simulates a provider. */
final class Providers {
  static final String KEY = "CHORUS_PROVIDERS";

  private Providers() {}

  /** The file's absolute path. */
  static Optional<String> check(Path option, Map<String, String> environment) {
    Path file = option != null
        ? option
        : Optional.ofNullable(environment.get(KEY)).filter(value -> !value.isBlank()).map(Path::of).orElse(null);
    if (file == null)
      return Optional.empty();
    String json;
    try {
      json = Files.readString(file);
    } catch (IOException unreadable) {
      throw new Complaint("The provider file " + file + " cannot be read; name one that exists with --providers.");
    }
    List<String> problems = ProviderFile.check(json, environment);
    if (!problems.isEmpty())
      throw new Complaint("The provider file " + file + " is wrong: " + String.join(" ", problems));
    return Optional.of(file.toAbsolutePath().toString());
  }
}
