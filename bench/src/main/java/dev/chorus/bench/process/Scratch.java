package dev.chorus.bench.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A directory for the data of one run. */
public record Scratch(Path directory) {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 30_000;
  private static final int TRIES = 100;

  /** A new, empty one. */
  public static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("chorus-bench-"));
  }

  /** A port that was free a moment ago, and that the system gives to no outgoing connection: the load has thousands of those. */
  public int freePort() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try (ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT), 1,
          InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // The next one, then.
      }
    }
    throw new IOException("no port is free from " + FIRST_PORT + " to " + LAST_PORT);
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
