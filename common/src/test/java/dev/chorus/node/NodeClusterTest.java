package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeClusterTest {
  private static final Duration START = Duration.ofMinutes(2);

  @TempDir
  Path directory;
  private final List<Process> processes = new ArrayList<>();
  private Node node;

  @AfterEach
  void end() throws Exception {
    processes.forEach(Process::destroyForcibly);
    if (node != null)
      node.stop().await(60, TimeUnit.SECONDS);
  }

  @Test
  void aKilledProcessIsGoneBeforeASilentOneWouldBeAndADrainedOneLeavesTheRingFirst() throws Exception {
    List<Integer> ports = FreePorts.take(3);
    node = Node.start(List.of(new IdleService(Role.GATEWAY)), environment(ports, 0), Clock.systemUTC()).await(60, TimeUnit.SECONDS);
    Cluster cluster = node.context().cluster();
    Process killed = process(Role.DELIVERY, ports, 1);
    Process drained = process(Role.DELIVERY, ports, 2);
    Eventually.await("two delivery nodes serve", START, () -> cluster.ring(Role.DELIVERY).nodes().size() == 2);
    assertThat(cluster.members()).hasSize(3);

    killed.destroyForcibly();
    Duration gone = Eventually.await("the killed node is gone", Duration.ofSeconds(30),
        () -> cluster.ring(Role.DELIVERY).nodes().size() == 1);
    System.out.println("A killed node was gone from the ring after " + gone.toMillis() + " ms.");
    assertThat(gone).as("noticed by its refused connection, not by its silence").isLessThan(Duration.ofSeconds(9));

    drained.destroy();
    Eventually.await("the drained node is out of the ring", Duration.ofSeconds(30), () -> cluster.ring(Role.DELIVERY).nodes().isEmpty());
    assertThat(drained.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(drained.exitValue()).isZero();
    Eventually.await("the drained node is no member", Duration.ofSeconds(30), () -> cluster.members().size() == 1);
  }

  private Process process(Role role, List<Integer> ports, int own) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:TieredStopAtLevel=1", "-cp",
        System.getProperty("java.class.path"), "--add-modules=java.se", "--enable-native-access=ALL-UNNAMED", IdleService.class.getName(),
        role.name());
    builder.environment().putAll(environment(ports, own));
    Process process = builder.redirectErrorStream(true).redirectOutput(directory.resolve("node-" + own + ".log").toFile()).start();
    processes.add(process);
    return process;
  }

  private static Map<String, String> environment(List<Integer> ports, int own) {
    String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    return Map.of("CHORUS_HOST", "127.0.0.1", "CHORUS_MANAGEMENT_PORT", "0", "CHORUS_CLUSTER_MEMBERS", members, "CHORUS_CLUSTER_PORT",
        ports.get(own).toString(),
        "CHORUS_CLUSTER_NAME", "test-" + ports.getFirst(), "CHORUS_DRAIN_SECONDS", "2");
  }
}
