package dev.chorus.node;

import dev.chorus.bus.Bus;
import dev.chorus.cluster.HazelcastCluster;
import dev.chorus.cluster.HazelcastClusterConfig;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import dev.chorus.model.NodeId;
import dev.chorus.node.Health.Status;
import dev.chorus.node.Readiness.Phase;
import dev.chorus.trace.TraceConfig;
import dev.chorus.trace.Traces;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services running as one process of the cluster. It starts Vert.x, the cluster, the management port and then its services, and announces
 * {@code serving}; it stops in the opposite order, after the services have drained.
 */
public final class Node {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  /** No start takes longer, whatever its limit and its failure: for those who wait for {@link #start}. */
  public static final Duration LONGEST_START = Duration.ofSeconds(620);
  private static final int STOP_MS = 4_000;
  private static final int TRACES_MS = 1_000;
  private static final int GIVE_UP_SECONDS = 10;

  private final List<Service> services;
  private final NodeConfig config;
  private final NodeContext context;
  private final NodeMembership membership;
  private final Readiness readiness;
  private final ManagementServer management;
  /** Belongs to no event loop of Vert.x, like every future that is done when Vert.x is closed or may be: closed loops complete nothing. */
  private final Promise<Void> started = Promise.promise();
  private final Map<Role, Future<Void>> starting = new ConcurrentHashMap<>();
  private Future<Void> stopping;

  private Node(List<Service> services, NodeConfig config, NodeContext context, NodeMembership membership, PrometheusMeterRegistry metrics) {
    this.services = services;
    this.config = config;
    this.context = context;
    this.membership = membership;
    this.readiness = new Readiness(context.health());
    this.management = new ManagementServer(context.vertx(), context.health(), readiness, metrics);
  }

  /**
   * Starts services with the settings of that environment. Throws {@link ConfigurationException}, with every problem, before anything is
   * started. The future is done when the node serves, or fails with a {@link StartException} or a ConfigurationException, within the start
   * limit and ten seconds, also when the node is stopped meanwhile; if it fails, everything has been released.
   */
  public static Future<Node> start(List<Service> services, Map<String, String> environment, Clock clock) throws ConfigurationException {
    Settings settings = Settings.of(environment);
    NodeConfig config = NodeConfig.from(settings, services.size());
    Optional<HazelcastClusterConfig> clustered = HazelcastClusterConfig.from(settings);
    TraceConfig traced = TraceConfig.from(settings);
    services.forEach(service -> service.configure(settings));
    settings.check();

    Set<Role> roles = EnumSet.noneOf(Role.class);
    services.forEach(service -> roles.add(service.role()));
    NodeId self = NodeName.make(config.name(), roles);
    PrometheusMeterRegistry metrics = Metrics.registry();
    Optional<HazelcastCluster> hazelcast = clustered.map(found -> new HazelcastCluster(found, self, roles));
    return NodeVertx.start(config, metrics, hazelcast).compose(vertx -> {
      MemberTable table = new MemberTable(self, roles);
      Bus bus = new Bus(vertx);
      NodeContext context = new NodeContext(vertx, self, table, bus, settings, metrics, new Health(), clock,
          Traces.of(traced, serviceName(roles), self.value()));
      Node node = new Node(services, config, context, new NodeMembership(context, table, hazelcast), metrics);
      return node.startWithin(config.startLimit());
    });
  }

  /** A node with one service is that service's; one with several is all of Chorus. */
  private static String serviceName(Set<Role> roles) {
    return roles.size() == 1 ? "chorus-" + roles.iterator().next().word() : "chorus";
  }

  /**
   * The whole life of a process: starts, waits for SIGTERM, Ctrl-C or the end of its parent, drains and exits 0. Wrong settings exit 2, a
   * failed start exits 1. The only place of a node that reads the wall clock.
   */
  public static void run(List<Service> services, Map<String, String> environment) {
    new NodeProcess(services, environment, Clock.systemUTC()).run();
  }

  /** What the services of this node were given. */
  public NodeContext context() {
    return context;
  }

  /** Where health and metrics are, once the node serves. */
  public int managementPort() {
    return management.port();
  }

  NodeConfig config() {
    return config;
  }

  /** The limit is kept by the JDK's timer: those of Vert.x end with it. */
  private Future<Node> startWithin(Duration limit) {
    start().onComplete(done -> {
      if (done.succeeded())
        started.tryComplete();
      else
        started.tryFail(done.cause() instanceof ConfigurationException wrong ? wrong : new StartException(done.cause()));
    });
    CompletableFuture<Void> timed = started.future().toCompletionStage().toCompletableFuture().orTimeout(limit.toSeconds(),
        TimeUnit.SECONDS);
    CompletableFuture<Node> node = new CompletableFuture<>();
    timed.whenComplete((done, failure) -> {
      if (failure == null) {
        node.complete(this);
        return;
      }
      Throwable reason = failure instanceof TimeoutException ? new StartException(lateness(limit)) : failure;
      CompletableFuture<Void> stopped = stop(Duration.ZERO).toCompletionStage().toCompletableFuture().orTimeout(GIVE_UP_SECONDS,
          TimeUnit.SECONDS);
      stopped.whenComplete((over, late) -> node.completeExceptionally(reason));
    });
    return Future.fromCompletionStage(node);
  }

  private String lateness(Duration limit) {
    List<String> missing = services.stream().map(Service::role)
        .filter(role -> starting.get(role) != null && !starting.get(role).isComplete())
        .map(Role::word).toList();
    return "The node could not start within " + limit.toSeconds() + " s: "
        + (missing.isEmpty() ? "the cluster did not answer." : "still starting were " + String.join(", ", missing) + ".");
  }

  private Future<Void> start(Service service) {
    Future<Void> work = service.start(context);
    starting.put(service.role(), work);
    return work;
  }

  private Future<Void> start() {
    context.health().check("cluster", () -> membership.minority() ? Status.DOWN : Status.UP);
    return management.start(config.host(), config.managementPort()).compose(port -> membership.join()
        .compose(joined -> Future.all(services.stream().map(this::start).toList())).compose(started -> {
          context.settings().check();
          return membership.announce(MemberState.SERVING);
        }).compose(announced -> writeStatus(port)).onSuccess(written -> {
          readiness.enter(Phase.SERVING);
          log.atInfo().addKeyValue("node", context.self().value()).addKeyValue("roles", roles().toString())
              .addKeyValue("managementPort", port).log("The node serves.");
        }));
  }

  /** Drains, stops, and leaves the cluster; bounded by the drain time and ten seconds. Calling it again gives the same future. */
  public Future<Void> stop() {
    return stop(config.drain());
  }

  /** The same with another limit for draining: when all nodes stop together there is nobody to hand over to, and nothing to wait for. */
  public synchronized Future<Void> stop(Duration drainLimit) {
    if (stopping == null) {
      Promise<Void> stopped = Promise.promise();
      stopping = stopped.future();
      started.tryFail(new StartException("The node was stopped while it was starting."));
      drain(drainLimit).onComplete(drained -> release().onComplete(released -> context.vertx().close().onComplete(closed -> {
        log.info("The node has stopped.");
        stopped.handle(closed);
      })));
    }
    return stopping;
  }

  private Future<Void> drain(Duration limit) {
    log.atInfo().addKeyValue("node", context.self().value()).log("The node drains.");
    boolean served = readiness.phase() == Phase.SERVING;
    readiness.enter(Phase.DRAINING);
    config.statusFile().ifPresent(file -> deleteStatus(new StatusFile(file)));
    if (!served)
      return Future.succeededFuture();
    return membership.announce(MemberState.DRAINING)
        .compose(announced -> bounded(Future.join(services.stream().map(Node::drained).toList()), limit.toMillis() + 500))
        .recover(failure -> {
          log.atWarn().addKeyValue("reason", String.valueOf(failure.getMessage())).log("Draining was not finished in time.");
          return Future.succeededFuture();
        });
  }

  private Future<Void> release() {
    readiness.enter(Phase.STOPPED);
    Future<?> released = bounded(Future.join(services.stream().map(Node::stopped).toList()), STOP_MS).eventually(management::stop)
        .eventually(() -> bounded(context.traces().close(), TRACES_MS));
    return released.<Void>mapEmpty().recover(failure -> {
      log.atWarn().setCause(failure).log("A service was not stopped in time.");
      return Future.succeededFuture();
    });
  }

  private static Future<Void> drained(Service service) {
    return Future.future(promise -> service.drain().onComplete(promise));
  }

  private static Future<Void> stopped(Service service) {
    return Future.future(promise -> service.stop().onComplete(promise));
  }

  private Future<Void> bounded(Future<?> work, long milliseconds) {
    return Deadline.within(context.vertx(), milliseconds, work.mapEmpty());
  }

  private Future<Void> writeStatus(int managementPort) {
    if (config.statusFile().isEmpty())
      return Future.succeededFuture();
    return context.vertx().executeBlocking(() -> {
      new StatusFile(config.statusFile().get()).write(context.self(), roles(), managementPort);
      return null;
    });
  }

  private static void deleteStatus(StatusFile file) {
    try {
      file.delete();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<Role> roles() {
    return services.stream().map(Service::role).toList();
  }
}
