package dev.chorus.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the golden frames. */
final class GoldenFrames {
  private GoldenFrames() {}

  /** The lines of one file, e.g. {@code client/room-join}. */
  static List<byte[]> lines(String file) {
    try (InputStream in = GoldenFrames.class.getResourceAsStream("/protocol/" + file + ".jsonl")) {
      if (in == null)
        throw new AssertionError("There is no golden frame " + file);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all files of one side, client or server. */
  static Set<String> files(String side) {
    try (Stream<Path> files = Files.list(Path.of(GoldenFrames.class.getResource("/protocol/" + side).toURI()))) {
      return files.map(file -> file.getFileName().toString().replace(".jsonl", "")).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
