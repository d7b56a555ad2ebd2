package dev.chorus.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A secret that a platform mounts as a file. */
final class SecretFile {
  private static final long MAX_BYTES = 65_536;

  private SecretFile() {}

  /** The trimmed content; empty when there is nothing but white space. */
  static Optional<String> read(Path file) throws Unreadable {
    try {
      if (Files.size(file) > MAX_BYTES)
        throw new Unreadable();
      return Optional.of(Files.readString(file).strip()).filter(content -> !content.isEmpty());
    } catch (IOException | SecurityException unreadable) {
      throw new Unreadable();
    }
  }

  /** The file is missing, too large, not text or not ours to read. */
  static final class Unreadable extends Exception {}
}
