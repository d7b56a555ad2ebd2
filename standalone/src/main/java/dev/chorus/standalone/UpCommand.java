package dev.chorus.standalone;

import dev.chorus.node.Node;
import dev.chorus.node.Termination;
import dev.chorus.standalone.postgres.EmbeddedDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All four services in this process, with a PostgreSQL whose data is kept. */
@Command(name = "up", description = "Runs everything in one process, with its data in a directory.")
final class UpCommand implements Callable<Integer> {
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration STOP = Duration.ofSeconds(25);
  private final Map<String, String> environment;
  private final Clock clock;
  private final Termination termination;

  @Option(names = "--port", defaultValue = "8080", description = "The port for clients (${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--management-port", defaultValue = "8081", description = "The port for health and metrics (${DEFAULT-VALUE}).")
  private int managementPort;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "Where data, secrets and logs are kept (${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--providers", paramLabel = "FILE", description = "The provider file; without one answers are simulated.")
  private Path providers;

  private Node node;
  private Optional<EmbeddedDatabase> database = Optional.empty();

  UpCommand(Map<String, String> environment, Clock clock, Termination termination) {
    this.environment = environment;
    this.termination = termination;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    Optional<String> providerFile = Providers.check(providers, environment);
    LocalPorts.requireFree(port, "--port");
    LocalPorts.requireFree(managementPort, "--management-port");
    if (port == managementPort)
      throw new Complaint("Port " + port + " is for clients; choose another one with --management-port.");
    DataDirectory directory = new DataDirectory(data).open();
    LauncherLog.to(directory.logs().resolve("up.log"));
    termination.register(STOP, this::stop);
    NodeEnvironment variables = NodeEnvironment.of(environment, directory.path(), providerFile).with("CHORUS_PORT", port)
        .with("CHORUS_MANAGEMENT_PORT", managementPort);
    if (!variables.hasDatabase()) {
      database = Optional.of(EmbeddedDatabase.start(directory.path(), DataDirectory.cache(), LocalPorts.takeBeside(port, 1).getFirst()));
      variables = variables.with("CHORUS_DATABASE_URL", database.get().url());
    }
    node = Node.start(Services.all(), variables.variables(), clock).await(Node.LONGEST_START.toSeconds(), TimeUnit.SECONDS);
    System.out.println("Chorus serves at http://localhost:" + port + " (health and metrics: http://localhost:" + managementPort
        + "/health/ready), data and logs are in "
        + directory.path() + ".");
    variables.signingSecret().ifPresent(secret -> Links.print(System.out, port, secret, clock.instant()));
    System.out.println("Stop it with Ctrl-C.");
    return Serving.CODE;
  }

  private void stop() {
    try {
      if (node != null)
        node.stop(DRAIN).await(STOP.toSeconds() - 5, TimeUnit.SECONDS);
    } catch (Exception late) {
      System.err.println("chorus: The services did not stop in time.");
    }
    database.ifPresent(EmbeddedDatabase::close);
  }
}
