package dev.chorus.node;

import dev.chorus.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
  private static final int FAILED = 1;
  private static final Duration NEARLY_STARTED = Duration.ofSeconds(2);
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

  /** Returns when the node serves; a node that cannot serve ends the process. */
  void run() {
    Termination termination = new Termination();
    Promise<Node> starting = Promise.promise();
    termination.register(LIMIT, () -> stop(starting.future()));
    try {
      Node.start(services, environment, clock).onComplete(starting);
      Node node = starting.future().await(Node.LONGEST_START.toSeconds(), TimeUnit.SECONDS);
      if (node.config().stopsWithStdin())
        ParentWatch.start(System.in, () -> parentIsGone(termination));
    } catch (ConfigurationException wrong) {
      starting.tryFail(wrong);
      wrong.problems().forEach(problem -> log.atError().log(problem));
      termination.exit(WRONG_SETTINGS);
    } catch (TimeoutException | RuntimeException failure) {
      starting.tryFail(failure);
      log.atError().setCause(failure.getCause())
          .log(failure instanceof StartException ? failure.getMessage() : "The node could not start.");
      termination.exit(FAILED);
    }
  }

  /** The process that started this one has ended all nodes with it, or was killed: there is nothing to hand over to. */
  private void parentIsGone(Termination termination) {
    drainLimit = Optional.of(WITH_ALL_OTHERS);
    termination.exit(0);
  }

  /** Half a node has nothing to hand over: a signal that comes while the node starts gives it a moment to serve, then it ends as it is. */
  private void stop(Future<Node> starting) {
    try {
      Node node = started(starting);
      if (node != null)
        drainLimit.map(node::stop).orElseGet(node::stop).await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException failure) {
      log.atWarn().setCause(failure).log("The node did not stop as it should.");
    }
  }

  private static Node started(Future<Node> starting) {
    try {
      return starting.await(NEARLY_STARTED.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      log.warn("The node was told to stop while it was starting; it ends now.");
      return null;
    } catch (RuntimeException toldAlready) {
      return null;
    }
  }
}
