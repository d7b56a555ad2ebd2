package dev.chorus.e2e.kit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One node started by hand, as a pod would be: everything it knows stands in its environment. */
public final class NodeProcess implements AutoCloseable {
  private final ChorusProcess process;
  private final int port;
  private final int managementPort;

  private NodeProcess(ChorusProcess process, int port, int managementPort) {
    this.process = process;
    this.port = port;
    this.managementPort = managementPort;
  }

  /**
   * Starts {@code gateway}, {@code delivery}, {@code presence} or {@code streaming}.
   *
   * @param clusterPort its own for cluster traffic
   * @param members host:port of all nodes of its cluster, itself included
   */
  public static NodeProcess start(String role, int clusterPort, String members, String databaseUrl, String jwtSecret,
      Map<String, String> more, Path folder)
      throws IOException {
    int port = ClusterProcess.freePorts(2);
    Map<String, String> environment = new HashMap<>(
        Map.of("CHORUS_PORT", Integer.toString(port), "CHORUS_MANAGEMENT_PORT", Integer.toString(port + 1), "CHORUS_HOST", "127.0.0.1",
            "CHORUS_CLUSTER_PORT", Integer.toString(clusterPort), "CHORUS_CLUSTER_MEMBERS", members, "CHORUS_DATABASE_URL", databaseUrl,
            "CHORUS_JWT_SECRET", jwtSecret));
    environment.putAll(more);
    ChorusProcess process = ChorusProcess.start("dev.chorus." + role + ".Main", List.of(), environment,
        folder.resolve(role + "-" + port + ".out"));
    return new NodeProcess(process, port, port + 1);
  }

  public void awaitReady() {
    Await.until("node ready", Duration.ofSeconds(90), () -> {
      if (!process.alive())
        throw new AssertionError("it has ended:\n" + process.output());
      return HttpApi.status(URI.create("http://127.0.0.1:" + managementPort + "/health/ready")) == 200;
    });
  }

  public URI http() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public ChorusProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
