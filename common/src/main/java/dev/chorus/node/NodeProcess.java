package dev.chorus.node;

import dev.chorus.config.ConfigurationException;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node and the process around it: signals, the parent, exit codes. */
final class NodeProcess {
  private static final Logger log = LoggerFactory.getLogger(NodeProcess.class);
  private static final int WRONG_SETTINGS = 2;
  private static final Duration WITH_ALL_OTHERS = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(11);

  private final List<Service> services;
  private final Map<String, String> environment;
  private final Clock clock;
  /** Empty: as long as the settings say. */
  private volatile Optional<Duration> drainLimit = Optional.empty();

  NodeProcess(List<Service> services, Map<String, String> environment, Clock clock) {
    this.services = services;
    this.environment = environment;
    this.clock = clock;
  }

  void run() {
    Future<Node> starting;
    try {
      starting = Node.start(services, environment, clock);
    } catch (ConfigurationException wrong) {
      wrong.problems().forEach(problem -> log.atError().log(problem));
      System.exit(WRONG_SETTINGS);
      return;
    }
    Termination termination = new Termination();
    termination.register(LIMIT, () -> stop(starting));
    starting.onSuccess(node -> {
      if (node.config().stopsWithStdin())
        ParentWatch.start(System.in, () -> parentIsGone(termination));
    }).onFailure(failure -> {
      if (failure instanceof ConfigurationException wrong)
        wrong.problems().forEach(problem -> log.atError().log(problem));
      else
        log.atError().setCause(failure).log("The node could not start.");
      // Off the event loop: exiting waits for the stop, which may need it.
      new Thread(() -> termination.exit(failure instanceof ConfigurationException ? WRONG_SETTINGS : 1), "exit").start();
    });
  }

  /** The process that started this one has ended all nodes with it, or was killed: there is nothing to hand over to. */
  private void parentIsGone(Termination termination) {
    drainLimit = Optional.of(WITH_ALL_OTHERS);
    termination.exit(0);
  }

  /** A signal that comes while the node still starts waits for that first: half a node cannot be drained. */
  private void stop(Future<Node> starting) {
    try {
      starting.compose(node -> drainLimit.map(node::stop).orElseGet(node::stop)).await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException failure) {
      log.atWarn().setCause(failure).log("The node did not stop as it should.");
    }
  }
}
