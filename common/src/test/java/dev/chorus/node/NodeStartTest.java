package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.chorus.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStartTest {
  /** By then every machine has come as far as the service. */
  private static final int LONGEST_SECONDS = 64;
  @TempDir
  Path directory;
  private Process process;

  @AfterEach
  void end() {
    if (process != null)
      process.destroyForcibly();
  }

  @Test
  void aStartThatTakesTooLongFailsAndSaysWhatWasMissing() throws Exception {
    withGrowingLimits(seconds -> {
      Throwable failure = catchThrowable(
          () -> Node.start(List.of(new EndlessStart()), environment(seconds), Clock.systemUTC()).await(120, TimeUnit.SECONDS));
      assertThat(failure).isInstanceOf(StartException.class);
      return failure.getMessage();
    });
  }

  @Test
  void aProcessThatCannotStartInTimeEndsWithCodeOneAndOneSentence() throws Exception {
    withGrowingLimits(seconds -> {
      start(seconds);
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(log()).containsOnlyOnce("The node could not start");
      return log().replaceAll("(?s).*(The node could not start[^.]*\\.).*", "$1");
    });
  }

  /** How a start with a limit of so many seconds fails. */
  private interface Start {
    String failure(int seconds) throws Exception;
  }

  /** On a machine that stands still for a second, the second is over before the service begins: then it is said so, and a longer limit is tried. */
  private static void withGrowingLimits(Start start) throws Exception {
    for (int seconds = 1;; seconds *= 2) {
      String failure = start.failure(seconds);
      String late = "The node could not start within " + seconds + " s: ";
      if (seconds < LONGEST_SECONDS && failure.equals(late + "the cluster did not answer."))
        continue;
      assertThat(failure).isEqualTo(late + "still starting were delivery.");
      return;
    }
  }

  @Test
  void whoCannotListenSaysAtWhichPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment = new HashMap<>(environment(LONGEST_SECONDS));
      environment.put("CHORUS_MANAGEMENT_PORT", String.valueOf(taken.getLocalPort()));
      Throwable failure = catchThrowable(
          () -> Node.start(List.of(new EndlessStart()), environment, Clock.systemUTC()).await(120, TimeUnit.SECONDS));
      assertThat(failure).isInstanceOf(StartException.class)
          .hasMessageStartingWith("The node could not start: port " + taken.getLocalPort() + ": ");
    }
  }

  @Test
  void aSignalDuringTheStartEndsTheProcessWithinSeconds() throws Exception {
    start(120);
    Eventually.await("the service is starting", Duration.ofSeconds(60), () -> log().contains("starting"));
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(log()).containsOnlyOnce("The node was told to stop while it was starting; it ends now.");
  }

  private void start(int seconds) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), "--enable-native-access=ALL-UNNAMED",
        EndlessStart.class.getName());
    builder.environment().putAll(environment(seconds));
    process = builder.redirectErrorStream(true).redirectOutput(directory.resolve("node.log").toFile()).start();
  }

  private static Map<String, String> environment(int seconds) {
    return Map.of("CHORUS_HOST", "127.0.0.1", "CHORUS_MANAGEMENT_PORT", "0", "CHORUS_START_SECONDS", String.valueOf(seconds));
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("node.log"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
