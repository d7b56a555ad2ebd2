package dev.chorus.e2e.kit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One node of each role, started without the launcher, as pods are: for tests that choose what each of them sees of the world. */
public final class HandMadeCluster implements AutoCloseable {
  public static final String SECRET = "a secret of these tests, long enough for HS256";
  private static final List<String> ROLES = List.of("gateway", "delivery", "presence", "streaming");
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final String members;

  /** Starts the four, which know only each other, on that database. */
  public HandMadeCluster(String databaseUrl, Path folder) throws IOException {
    int first = ClusterProcess.freePorts(ROLES.size());
    members = IntStream.range(first, first + ROLES.size()).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    for (int i = 0; i < ROLES.size(); i++)
      nodes.add(NodeProcess.start(ROLES.get(i), first + i, members, databaseUrl, SECRET, Map.of(), folder));
  }

  public HandMadeCluster awaitReady() {
    nodes.forEach(NodeProcess::awaitReady);
    return this;
  }

  public URI gateway() {
    return nodes.getFirst().http();
  }

  /** host:port of all nodes, for one more that wants to join. */
  public String members() {
    return members;
  }

  @Override
  public void close() {
    nodes.parallelStream().forEach(NodeProcess::close);
  }
}
