package dev.chorus.e2e.kit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One cluster of two gateways, two delivery nodes, and one node each for presence and streaming, for all tests that leave its nodes alive: it is started by the
 * first of them and stops, with exit code 0, after the last. Its times for acknowledgements are short. Each test has rooms, and users who wait for something, of its own.
 */
public final class StandingCluster implements BeforeAllCallback {
  /** How many messages wait for a user. */
  public static final int QUEUE_MAX = 1_000;
  private static final Map<String, String> ENVIRONMENT = Map.of("CHORUS_MAX_CONNECTIONS_PER_USER", "200", "CHORUS_DELIVERY_TIMEOUT_MS",
      "1000",
      "CHORUS_RETRY_MAX", "2", "CHORUS_RETRY_BASE_MS", "100", "CHORUS_RETRY_MAX_MS", "200", "CHORUS_QUEUE_MAX",
      Integer.toString(QUEUE_MAX));
  private static ClusterProcess cluster;

  @Override
  public void beforeAll(ExtensionContext context) {
    cluster = context.getRoot().getStore(Namespace.create(StandingCluster.class)).getOrComputeIfAbsent(Running.class).cluster;
  }

  public static ClusterProcess cluster() {
    return cluster;
  }

  public static Tokens tokens() throws IOException {
    return cluster.tokens();
  }

  public static URI first() throws IOException {
    return cluster.gateway(0).http();
  }

  public static URI second() throws IOException {
    return cluster.gateway(1).http();
  }

  /** Closed by JUnit after the last test. */
  private static final class Running implements AutoCloseable {
    private final Path data;
    private final ClusterProcess cluster;

    Running() {
      try {
        data = Files.createTempDirectory("chorus-standing");
        cluster = ClusterProcess.start(data, 2, 2, 1, 1, ENVIRONMENT);
      } catch (IOException e) {
        throw new AssertionError("the cluster did not start", e);
      }
    }

    @Override
    public void close() throws Exception {
      cluster.launcher().signal("TERM");
      int code = cluster.launcher().awaitExit(Duration.ofSeconds(60));
      if (code != 0)
        throw new AssertionError("a stopped cluster ended with " + code + ":\n" + cluster.launcher().output());
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList())
          Files.delete(file);
      }
    }
  }
}
