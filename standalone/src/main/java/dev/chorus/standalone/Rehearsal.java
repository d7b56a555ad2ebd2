package dev.chorus.standalone;

import dev.chorus.cluster.Role;
import dev.chorus.config.ConfigurationException;
import dev.chorus.node.Node;
import dev.chorus.standalone.postgres.EmbeddedDatabase;
import dev.chorus.standalone.token.Token;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts everything once, serves a first visit, and stops, in a directory that is thrown away, after a build: the JVM then writes down which classes it loaded
 * (class-data sharing, or a cache made ahead of time), and every later start reads them at once. Five JVMs that start together on two cores need that, and so does a node to which everybody comes at once
 * since another has died. The gateway is a node of its own, as in a cluster, so that they talk over the bus as it is between processes.
 */
public final class Rehearsal {
  private static final String LOGGER_OFF = "ERROR";

  private Rehearsal() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("chorus-rehearsal");
    LauncherLog.to(directory.resolve("rehearsal.log"));
    System.setProperty("CHORUS_LOG_LEVEL", LOGGER_OFF);
    List<Integer> ports = LocalPorts.take(4);
    try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, DataDirectory.cache(), ports.get(0))) {
      NodeEnvironment both = NodeEnvironment.of(Map.of(), directory, Optional.empty())
          .with("CHORUS_DATABASE_URL", database.url()).with("CHORUS_MANAGEMENT_PORT", 0)
          .with("CHORUS_CLUSTER_NAME", "rehearsal-" + ports.get(1))
          .with("CHORUS_CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(1) + ",127.0.0.1:" + ports.get(2));
      Future<Node> behind = start(List.of(Role.DELIVERY, Role.PRESENCE, Role.STREAMING), both.with("CHORUS_CLUSTER_PORT", ports.get(1)));
      Future<Node> front = start(List.of(Role.GATEWAY), both.with("CHORUS_CLUSTER_PORT", ports.get(2)).with("CHORUS_PORT", ports.get(3)));
      Node gateway = front.await(60, TimeUnit.SECONDS);
      Node services = behind.await(60, TimeUnit.SECONDS);
      visit(both, ports.get(3));
      gateway.stop(Duration.ofSeconds(1)).await(20, TimeUnit.SECONDS);
      services.stop(Duration.ofSeconds(1)).await(20, TimeUnit.SECONDS);
    } finally {
      delete(directory);
    }
    System.exit(0);
  }

  private static Future<Node> start(List<Role> roles, NodeEnvironment environment) throws ConfigurationException {
    return Node.start(roles.stream().map(Services::of).toList(), environment.variables(), Clock.systemUTC());
  }

  /** What goes wrong with it costs time at later starts, and nothing else. */
  private static void visit(NodeEnvironment environment, int port) {
    String token = new Token("rehearsal", List.of(), true, Duration.ofMinutes(5)).sign(environment.signingSecret().orElseThrow(),
        Clock.systemUTC().instant());
    try (Visit visit = new Visit("127.0.0.1:" + port, token)) {
      visit.pay();
    } catch (IOException | ExecutionException | TimeoutException e) {
      System.err.println("The rehearsal's visit broke off: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    }
  }
}
