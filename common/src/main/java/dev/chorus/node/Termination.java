package dev.chorus.node;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process of ours ends: SIGTERM, Ctrl-C or {@link #exit} run the stop that was registered, bounded in time, and then leave with an
 * exit code of our choice: 0 after a signal, where a JVM by itself would say 143.
 */
public final class Termination {
  private final AtomicInteger code = new AtomicInteger();

  /** Registers the one stop of this process; it runs on a thread of its own and may block until the limit. */
  public void register(Duration limit, Runnable stop) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> run(limit, stop), "termination"));
  }

  /** Stops, if a stop was registered, then exits with that code. Does not return. */
  public void exit(int exitCode) {
    code.set(exitCode);
    System.exit(exitCode);
  }

  private void run(Duration limit, Runnable stop) {
    // What fails because of the stop must not become the process's exit code.
    int leaving = code.get();
    CountDownLatch done = new CountDownLatch(1);
    Thread stopper = new Thread(() -> {
      try {
        stop.run();
      } catch (RuntimeException failure) {
        log().atError().setCause(failure).log("Stopping failed; the process ends all the same.");
      } finally {
        done.countDown();
      }
    }, "stop");
    stopper.setDaemon(true);
    stopper.start();
    try {
      if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS))
        log().error("Stopping took too long; the process ends now.");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(leaving);
  }

  /** Asked for late: a launcher chooses where its log goes after it has made this. */
  private static Logger log() {
    return LoggerFactory.getLogger(Termination.class);
  }
}
