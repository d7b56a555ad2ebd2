package dev.chorus.bench.cluster;

import dev.chorus.bench.process.Meter;
import dev.chorus.bench.process.ProcessFigures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/** A real cluster on this machine, one JVM per service, started by the launcher as anybody would and stopped by its SIGTERM. */
public final class ChorusCluster implements AutoCloseable {
  private static final Set<String> ROLES = Set.of("gateway", "delivery", "presence", "streaming");
  private static final int START_SECONDS = 240;
  private static final int STOP_SECONDS = 60;
  private final Path script;
  private final Path data;
  private final Process launcher;
  private final List<Process> added = new ArrayList<>();
  private final Database database;
  private final Token token;

  private ChorusCluster(Path script, Path data, Process launcher, Database database, Token token) {
    this.script = script;
    this.data = data;
    this.launcher = launcher;
    this.database = database;
    this.token = token;
  }

  /**
   * Starts so many gateways and one node of each other role with its data in {@code data} and waits until it serves.
   *
   * @param script the launcher
   * @param gateways how many
   * @param providers the provider file
   */
  public static ChorusCluster start(Path script, Path data, int gateways, int port, Path providers) throws IOException {
    String secret = "bench-" + Long.toHexString(System.nanoTime()) + "-" + "0".repeat(32);
    Path log = data.resolve("launcher.log");
    ProcessBuilder builder = new ProcessBuilder(script.toString(), "cluster", "--gateways", Integer.toString(gateways), "--port",
        Integer.toString(port), "--data",
        data.toString(), "--providers", providers.toString()).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment()
        .putAll(Map.of("CHORUS_JWT_SECRET", secret, "CHORUS_MAX_CONNECTIONS", "20000", "CHORUS_MAX_CONNECTIONS_PER_USER", "100",
            "CHORUS_MAX_STREAMS_PER_USER", "1000"));
    Process launcher = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(launcher::destroy));
    try {
      await("the cluster", () -> serves(nodes(data)), launcher);
    } catch (IOException e) {
      launcher.destroy();
      throw new IOException(e.getMessage() + "; its last words: " + lastLines(log), e);
    }
    return new ChorusCluster(script, data, launcher, Database.of(data), new Token(secret));
  }

  private static void await(String what, BooleanSupplier serves, Process process) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (!serves.getAsBoolean()) {
        if (System.nanoTime() > end || !process.isAlive())
          throw new IOException(what + " did not start");
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Where the gateway listens. */
  public int gatewayPort() {
    return node("gateway").getInteger("port");
  }

  /** Where all gateways listen, in the order of their ports. */
  public List<Integer> gatewayPorts() {
    return nodes(data).stream().filter(node -> "gateway".equals(node.getString("role"))).map(node -> node.getInteger("port")).sorted()
        .toList();
  }

  /** The process of a role. */
  public long pid(String role) {
    return node(role).getLong("pid");
  }

  /** One more node of a role, ready; from then on it may be the one that {@link #pid} names. */
  public void add(String role) throws IOException {
    int before = nodes(data).size();
    Process node = new ProcessBuilder(script.toString(), "node", role, "--data", data.toString()).redirectErrorStream(true)
        .redirectOutput(data.resolve("added-" + added.size() + ".log").toFile()).start();
    added.add(node);
    await("the added node", () -> nodes(data).size() > before && serves(nodes(data)), node);
  }

  /** Kills the node of that role that has been there longest; another one must be there. */
  public void kill(String role) {
    ProcessHandle.of(pid(role)).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** A figure of each node of a role, by its process, as its metrics say; without those that do not answer. */
  public Map<Long, Double> metric(String role, String name) {
    Map<Long, Double> figures = new LinkedHashMap<>();
    for (JsonObject node : nodes(data)) {
      if (role.equals(node.getString("role")))
        NodeMetrics.ask(node.getInteger("managementPort")).ifPresent(metrics -> figures.put(node.getLong("pid"), metrics.sum(name)));
    }
    return figures;
  }

  /** Its PostgreSQL. */
  public Database database() {
    return database;
  }

  /** What its delivery node has committed so far. */
  public Batches batches() throws IOException {
    return Batches.of(node("delivery").getInteger("managementPort"));
  }

  /** Signs tokens that it accepts. */
  public Token token() {
    return token;
  }

  /** The clocks of all its processes: each role by its name, further gateways with a number behind it, and {@code postgres}. */
  public Meter meter() {
    Map<String, DoubleSupplier> clocks = new LinkedHashMap<>();
    for (JsonObject node : nodes(data))
      clocks.put(nameIn(clocks.keySet(), node.getString("role")), () -> ProcessFigures.of(node.getLong("pid")).cpuSeconds());
    clocks.put("postgres", () -> ProcessFigures.of(database.pid()).treeCpuSeconds());
    return new Meter(clocks);
  }

  private static String nameIn(Set<String> taken, String role) {
    String name = role;
    for (int i = 2; taken.contains(name); i++)
      name = role + "-" + i;
    return name;
  }

  /** Stops it as Ctrl-C would. */
  @Override
  public void close() {
    added.forEach(Process::destroy);
    launcher.destroy();
    try {
      if (!launcher.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
        launcher.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonObject node(String role) {
    return nodes(data).stream().filter(node -> role.equals(node.getString("role"))).findFirst().orElseThrow();
  }

  /** As the launcher lists them now. */
  private static List<JsonObject> nodes(Path data) {
    try {
      return new JsonArray(Files.readString(data.resolve("cluster.json"))).stream().map(JsonObject.class::cast).toList();
    } catch (IOException | RuntimeException e) {
      return List.of(); // It is not there yet, or just being written.
    }
  }

  private static boolean serves(List<JsonObject> nodes) {
    Set<String> roles = nodes.stream().map(node -> node.getString("role")).collect(Collectors.toSet());
    return roles.containsAll(ROLES) && nodes.stream().allMatch(node -> ready(node.getInteger("managementPort")));
  }

  private static boolean ready(int managementPort) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + managementPort + "/health/ready").toURL()
          .openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(1_000);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }
}
