package dev.chorus.standalone;

import dev.chorus.node.Node;
import dev.chorus.standalone.postgres.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts and stops everything once, in a directory that is thrown away, after a build: the JVM then writes down which classes it loaded
 * (class-data sharing), and every later start reads them at once. Five JVMs that start together on two cores need that.
 */
public final class Rehearsal {
  private static final String LOGGER_OFF = "ERROR";

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("chorus-rehearsal");
    LauncherLog.to(directory.resolve("rehearsal.log"));
    System.setProperty("CHORUS_LOG_LEVEL", LOGGER_OFF);
    List<Integer> ports = LocalPorts.take(3);
    try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, DataDirectory.cache(), ports.get(0))) {
      Map<String, String> environment = NodeEnvironment.of(Map.of(), directory, Optional.empty())
          .with("CHORUS_DATABASE_URL", database.url())
          .with("CHORUS_PORT", 0).with("CHORUS_MANAGEMENT_PORT", 0).with("CHORUS_CLUSTER_NAME", "rehearsal-" + ports.get(1))
          .with("CHORUS_CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(1)).with("CHORUS_CLUSTER_PORT", ports.get(1)).variables();
      Node node = Node.start(Services.all(), environment, Clock.systemUTC()).await(60, TimeUnit.SECONDS);
      node.stop(Duration.ofSeconds(1)).await(20, TimeUnit.SECONDS);
    } finally {
      delete(directory);
    }
    System.exit(0);
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    }
  }
}
