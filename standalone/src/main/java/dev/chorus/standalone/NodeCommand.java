package dev.chorus.standalone;

import dev.chorus.cluster.Role;
import dev.chorus.node.Node;
import dev.chorus.node.Termination;
import dev.chorus.standalone.fleet.ClusterDirectory;
import dev.chorus.standalone.fleet.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One more node for the cluster that runs in a data directory, in this process. */
@Command(name = "node", description = "Adds a node to the running cluster of a data directory.")
final class NodeCommand implements Callable<Integer> {
  private static final Duration STOP = Duration.ofSeconds(35);
  private final Map<String, String> environment;
  private final Clock clock;
  private final Termination termination;

  @Parameters(paramLabel = "ROLE", description = "gateway, delivery, presence or streaming.")
  private String roleWord;

  @Option(names = "--port", description = "A gateway's port (the next free one after the running gateways').")
  private Integer port;

  @Option(names = "--management-port", defaultValue = "0", description = "The port for health and metrics (a free one).")
  private int managementPort;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "The data directory of the cluster (${DEFAULT-VALUE}).")
  private Path data;

  private Node node;
  private Member member;

  NodeCommand(Map<String, String> environment, Clock clock, Termination termination) {
    this.environment = environment;
    this.clock = clock;
    this.termination = termination;
  }

  @Override
  public Integer call() throws Exception {
    Role role = Services.role(roleWord);
    Path directory = data.toAbsolutePath().normalize();
    ClusterDirectory cluster = new ClusterDirectory(directory);
    Map<String, String> told = cluster.environment()
        .orElseThrow(() -> new Complaint("No cluster runs in " + directory + "; start one with ./chorus cluster --data " + data + "."));
    List<Member> members = cluster.members();
    if (members.isEmpty())
      throw new Complaint("No node of the cluster in " + directory + " runs; start it again with ./chorus cluster --data " + data + ".");
    if (managementPort != 0)
      LocalPorts.requireFree(managementPort, "--management-port");
    if (role == Role.GATEWAY)
      port = gatewayPort(members);
    int clusterPort = LocalPorts.take(1).getFirst();
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(told);
    variables.put("CHORUS_MANAGEMENT_PORT", String.valueOf(managementPort));
    variables.put("CHORUS_CLUSTER_PORT", String.valueOf(clusterPort));
    variables.put("CHORUS_CLUSTER_MEMBERS",
        Stream.concat(members.stream().map(Member::clusterPort), Stream.of(clusterPort)).map(known -> "127.0.0.1:" + known)
            .collect(Collectors.joining(",")));
    if (role == Role.GATEWAY)
      variables.put("CHORUS_PORT", String.valueOf(port));
    LauncherLog.to(Files.createDirectories(directory.resolve("logs")).resolve(role.word() + "-" + ProcessHandle.current().pid() + ".log"));
    termination.register(STOP, () -> stop(cluster));
    node = Node.start(List.of(Services.of(role)), variables, clock).await(Node.LONGEST_START.toSeconds(), TimeUnit.SECONDS);
    member = new Member(role.word(), node.context().self().value(), ProcessHandle.current().pid(), role == Role.GATEWAY ? port : null,
        node.managementPort(), clusterPort);
    cluster.add(member);
    System.out.println(
        member.node() + " serves" + (role == Role.GATEWAY ? " at http://localhost:" + port : "") + " (health and metrics: http://localhost:"
            + member.managementPort() + "/health/ready). Stop it with Ctrl-C.");
    return Serving.CODE;
  }

  private int gatewayPort(List<Member> members) {
    if (port != null) {
      LocalPorts.requireFree(port, "--port");
      return port;
    }
    int next = members.stream().filter(other -> other.port() != null).mapToInt(Member::port).max().orElse(8079) + 1;
    while (!LocalPorts.isFree(next))
      next++;
    return next;
  }

  private void stop(ClusterDirectory cluster) {
    try {
      if (node != null)
        node.stop().await(STOP.toSeconds() - 2, TimeUnit.SECONDS);
    } catch (Exception late) {
      System.err.println("chorus: The node did not stop in time.");
    }
    try {
      if (member != null)
        cluster.remove(member);
    } catch (IOException failed) {
      System.err.println("chorus: The node is still listed below " + data + ".");
    }
  }
}
