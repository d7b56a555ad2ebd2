package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code chorus cluster}: the launcher and its nodes as real processes, seen through the cluster file that it keeps. */
public final class ClusterProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(4);
  private static final int PORTS = 1_250;
  /** Others than those of the JVM that tests run in beside this one, which is number two. */
  private static final AtomicInteger NEXT_PORT = new AtomicInteger(21_000 + PORTS * (Integer.getInteger("chorus.fork", 1) - 1));
  private final ChorusProcess launcher;
  private final Path data;
  private final Map<String, String> environment;
  private final List<ChorusProcess> added = new ArrayList<>();

  /** One line of the cluster file. */
  public record Node(String role, String node, long pid, int port, int managementPort) {
    public URI http() {
      return URI.create("http://127.0.0.1:" + port);
    }

    public void kill() {
      ChorusProcess.signal(pid, "KILL");
    }

    public void stop() {
      ChorusProcess.signal(pid, "STOP");
    }

    public void resume() {
      ChorusProcess.signal(pid, "CONT");
    }
  }

  private ClusterProcess(ChorusProcess launcher, Path data, Map<String, String> environment) {
    this.launcher = launcher;
    this.data = data;
    this.environment = environment;
  }

  /** Starts a cluster in {@code data} and waits until every node is ready. */
  public static ClusterProcess start(Path data, int gateways, int delivery, int presence, int streaming, Map<String, String> environment,
      String... more)
      throws IOException {
    Files.createDirectories(data);
    List<String> arguments = new ArrayList<>(
        List.of("cluster", "--data", data.toString(), "--port", Integer.toString(freePorts(gateways + 4)), "--gateways",
            Integer.toString(gateways), "--delivery", Integer.toString(delivery), "--presence", Integer.toString(presence), "--streaming",
            Integer.toString(streaming)));
    arguments.addAll(List.of(more));
    ChorusProcess launcher = ChorusProcess.start("dev.chorus.standalone.Launcher", arguments, environment, data.resolve("launcher.out"));
    ClusterProcess cluster = new ClusterProcess(launcher, data, environment);
    try {
      cluster.awaitNodes(gateways, delivery, presence, streaming);
    } catch (AssertionError e) {
      cluster.close();
      throw new AssertionError("the cluster did not start:\n" + launcher.output(), e);
    }
    return cluster;
  }

  /** Waits until so many nodes of each role are there and ready. */
  public void awaitNodes(int gateways, int delivery, int presence, int streaming) {
    Await.until("all nodes ready", START, () -> {
      if (!launcher.alive())
        throw new AssertionError("the launcher has ended: " + launcher.output());
      return nodes("gateway").size() == gateways && nodes("delivery").size() == delivery && nodes("presence").size() == presence
          && nodes("streaming").size() == streaming
          && nodes().stream().allMatch(node -> HttpApi.status(management(node).resolve("/health/ready")) == 200);
    });
  }

  /** The nodes as the cluster file lists them now. */
  public List<Node> nodes() throws IOException {
    List<Node> nodes = new ArrayList<>();
    for (JsonNode node : JSON.readTree(data.resolve("cluster.json").toFile())) {
      nodes.add(new Node(node.get("role").asText(), node.get("node").asText(), node.get("pid").asLong(), node.path("port").asInt(),
          node.path("managementPort").asInt()));
    }
    return nodes;
  }

  public List<Node> nodes(String role) throws IOException {
    return nodes().stream().filter(node -> node.role().equals(role)).toList();
  }

  /** The n-th gateway by port. */
  public Node gateway(int n) throws IOException {
    return nodes("gateway").stream().sorted(java.util.Comparator.comparingInt(Node::port)).toList().get(n);
  }

  public static URI management(Node node) {
    return URI.create("http://127.0.0.1:" + node.managementPort());
  }

  /** {@code chorus node ROLE}: one more node. Does not wait for it. */
  public ChorusProcess addNode(String role) throws IOException {
    ChorusProcess node = ChorusProcess.start("dev.chorus.standalone.Launcher", List.of("node", role, "--data", data.toString()),
        environment,
        data.resolve("added-" + added.size() + ".out"));
    added.add(node);
    return node;
  }

  public Tokens tokens() throws IOException {
    return Tokens.of(data);
  }

  public Path data() {
    return data;
  }

  public ChorusProcess launcher() {
    return launcher;
  }

  /** The first of so many neighbouring ports that are free at the moment. */
  public static int freePorts(int count) throws IOException {
    while (true) {
      int first = NEXT_PORT.getAndAdd(count);
      boolean free = true;
      for (int port = first; port < first + count && free; port++) {
        try (ServerSocket socket = new ServerSocket(port)) {
          free = socket.isBound();
        } catch (IOException e) {
          free = false;
        }
      }
      if (free)
        return first;
    }
  }

  @Override
  public void close() {
    added.forEach(ChorusProcess::close);
    launcher.close();
  }
}
