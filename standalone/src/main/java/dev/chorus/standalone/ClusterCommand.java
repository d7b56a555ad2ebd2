package dev.chorus.standalone;

import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.node.Termination;
import dev.chorus.standalone.fleet.ClusterDirectory;
import dev.chorus.standalone.fleet.Fleet;
import dev.chorus.standalone.fleet.NodePlan;
import dev.chorus.standalone.postgres.EmbeddedDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A cluster of processes on this machine, joined by Hazelcast on the loopback. */
@Command(name = "cluster", description = "Runs one process per node on this machine.")
final class ClusterCommand implements Callable<Integer> {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(50);
  private final Map<String, String> environment;
  private final Clock clock;
  private final Termination termination;

  @Option(names = "--gateways", defaultValue = "2", description = "How many gateways (${DEFAULT-VALUE}).")
  private int gateways;

  @Option(names = "--delivery", defaultValue = "1", description = "How many delivery nodes (${DEFAULT-VALUE}).")
  private int delivery;

  @Option(names = "--presence", defaultValue = "1", description = "How many presence nodes (${DEFAULT-VALUE}).")
  private int presence;

  @Option(names = "--streaming", defaultValue = "1", description = "How many streaming nodes (${DEFAULT-VALUE}).")
  private int streaming;

  @Option(names = "--port", defaultValue = "8080", description = "The first gateway's port; the others take the next ones (${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Where data, secrets, logs and cluster.json are kept (${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--providers", paramLabel = "FILE", description = "The provider file; without one answers are simulated.")
  private Path providers;

  private Optional<EmbeddedDatabase> database = Optional.empty();
  private Fleet fleet;

  ClusterCommand(Map<String, String> environment, Clock clock, Termination termination) {
    this.environment = environment;
    this.clock = clock;
    this.termination = termination;
  }

  @Override
  public Integer call() throws Exception {
    if (gateways < 1 || delivery < 1 || presence < 1 || streaming < 1)
      throw new Complaint("A cluster needs at least one node of each role.");
    Optional<String> providerFile = Providers.check(providers, environment);
    for (int i = 0; i < gateways; i++)
      LocalPorts.requireFree(port + i, "--port");
    DataDirectory directory = new DataDirectory(data).open();
    LauncherLog.to(directory.logs().resolve("cluster.log"));
    NodeEnvironment variables = NodeEnvironment.of(environment, directory.path(), providerFile);
    check(variables.with("CHORUS_DATABASE_URL", "postgresql://u:p@localhost/d"));
    ClusterDirectory listing = new ClusterDirectory(directory.path());
    fleet = new Fleet(listing, directory.logs(), System.out);
    termination.register(STOP, this::stop);
    if (!variables.hasDatabase()) {
      database = Optional.of(EmbeddedDatabase.start(directory.path(), DataDirectory.cache(), LocalPorts.takeBeside(port, 1).getFirst()));
      variables = variables.with("CHORUS_DATABASE_URL", database.get().url());
    }
    variables = variables.with("CHORUS_CLUSTER_NAME", "chorus-" + ProcessHandle.current().pid());
    listing.begin(variables.settings());
    for (NodePlan plan : plans(variables))
      fleet.start(plan);
    System.out.println("Starting " + (gateways + delivery + presence + streaming) + " nodes; their logs are in " + directory.logs() + ".");
    Optional<String> failure = fleet.awaitServing(START);
    if (failure.isPresent()) {
      System.err.println("chorus: " + failure.get());
      return 1;
    }
    System.out.println(
        "Chorus serves at http://localhost:" + port + "; the nodes are listed in " + directory.path().resolve("cluster.json") + ".");
    variables.signingSecret().ifPresent(secret -> Links.print(System.out, port, secret, clock.instant()));
    System.out.println("Stop it with Ctrl-C.");
    fleet.watch();
    return Serving.CODE;
  }

  /** Every service reads its settings once here, so that a wrong one is told at once and not by five logs. */
  private static void check(NodeEnvironment variables) {
    Settings settings = Settings.of(variables.variables());
    Services.all().forEach(service -> service.configure(settings));
    settings.check();
  }

  private List<NodePlan> plans(NodeEnvironment variables) {
    List<Role> roles = new ArrayList<>();
    for (int i = 0; i < delivery; i++)
      roles.add(Role.DELIVERY);
    for (int i = 0; i < presence; i++)
      roles.add(Role.PRESENCE);
    for (int i = 0; i < streaming; i++)
      roles.add(Role.STREAMING);
    for (int i = 0; i < gateways; i++)
      roles.add(Role.GATEWAY);
    List<Integer> ports = LocalPorts.takeBeside(port, roles.size());
    NodeEnvironment joined = variables
        .with("CHORUS_CLUSTER_MEMBERS", ports.stream().map(own -> "127.0.0.1:" + own).collect(Collectors.joining(",")))
        .with("CHORUS_MANAGEMENT_PORT", 0);
    List<NodePlan> plans = new ArrayList<>();
    int nextGateway = port;
    for (int i = 0; i < roles.size(); i++) {
      Role role = roles.get(i);
      Optional<Integer> clients = role == Role.GATEWAY ? Optional.of(nextGateway++) : Optional.empty();
      NodeEnvironment own = joined.with("CHORUS_CLUSTER_PORT", ports.get(i));
      if (clients.isPresent())
        own = own.with("CHORUS_PORT", clients.get());
      plans.add(new NodePlan(role.word(), Services.mainClass(role), clients, ports.get(i), JvmFlags.ofNodes(environment), own.variables()));
    }
    return plans;
  }

  private void stop() {
    System.out.println("Stopping.");
    try {
      fleet.end();
    } catch (Exception failed) {
      System.err.println("chorus: Not every node has stopped.");
    }
    database.ifPresent(EmbeddedDatabase::close);
  }
}
