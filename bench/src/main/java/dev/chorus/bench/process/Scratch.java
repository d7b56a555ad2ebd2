package dev.chorus.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for the data of one run. */
public record Scratch(Path directory) {
  /** A new, empty one. */
  public static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("chorus-bench-"));
  }

  /** A port that was free a moment ago. */
  public int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Removes it with all that is in it. */
  public void delete() throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths)
      Files.deleteIfExists(path);
  }
}
