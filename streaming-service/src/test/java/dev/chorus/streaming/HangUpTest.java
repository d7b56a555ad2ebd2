package dev.chorus.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.chorus.streaming.provider.LiveCatalogue;
import dev.chorus.streaming.provider.ProviderFile;
import dev.chorus.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HangUpTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static String file(String model) {
    return "{\"providers\":[{\"name\":\"s\",\"dialect\":\"simulated\"}],\"models\":[{\"name\":\"" + model
        + "\",\"targets\":[{\"provider\":\"s\"}]}]}";
  }

  /** A process that was started with {@code nohup} cannot hear the signal, and neither can the JVM of this test. */
  private static boolean isDeaf() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status) && Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & 1) == 1);
  }

  private static void hangUp() throws Exception {
    new ProcessBuilder("kill", "-HUP", Long.toString(ProcessHandle.current().pid())).start().waitFor();
  }

  @Test
  void theFileIsReadAgainAndABadOneChangesNothing() throws Exception {
    assumeFalse(isDeaf(), "SIGHUP is ignored here, as nohup does it");
    AtomicReference<String> file = new AtomicReference<>(file("one"));
    AtomicInteger readings = new AtomicInteger();
    LiveCatalogue live = new LiveCatalogue(ProviderFile.read(file.get(), name -> Optional.empty()).catalogue(), () -> {
      ProviderFile.Reading reading = ProviderFile.read(file.get(), name -> Optional.empty());
      readings.incrementAndGet();
      return reading;
    });
    HangUp.reloads(live);
    file.set(file("two"));
    hangUp();
    Eventually.await("the new model", LIMIT, () -> live.get().names().contains("two"));
    file.set("{\"providers\": [}");
    int before = readings.get();
    hangUp();
    Eventually.await("the bad file was read", LIMIT, () -> readings.get() > before);
    assertThat(live.reload()).singleElement().asString().startsWith("The provider file is not JSON");
    assertThat(live.get().names()).containsExactly("two");
  }
}
