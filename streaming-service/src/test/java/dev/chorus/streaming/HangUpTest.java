package dev.chorus.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.streaming.provider.LiveCatalogue;
import dev.chorus.streaming.provider.ProviderFile;
import dev.chorus.testkit.Eventually;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;

final class HangUpTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static String file(String model) {
    return "{\"providers\":[{\"name\":\"s\",\"dialect\":\"simulated\"}],\"models\":[{\"name\":\"" + model + "\",\"targets\":[{\"provider\":\"s\"}]}]}";
  }

  @Test
  void theFileIsReadAgainAndABadOneChangesNothing() {
    AtomicReference<String> file = new AtomicReference<>(file("one"));
    AtomicInteger readings = new AtomicInteger();
    LiveCatalogue live = new LiveCatalogue(ProviderFile.read(file.get(), name -> Optional.empty()).catalogue(), () -> {
      ProviderFile.Reading reading = ProviderFile.read(file.get(), name -> Optional.empty());
      readings.incrementAndGet();
      return reading;
    });
    HangUp.reloads(live);
    file.set(file("two"));
    Signal.raise(new Signal("HUP"));
    Eventually.await("the new model", LIMIT, () -> live.get().names().contains("two"));
    file.set("{\"providers\": [}");
    int before = readings.get();
    Signal.raise(new Signal("HUP"));
    Eventually.await("the bad file was read", LIMIT, () -> readings.get() > before);
    assertThat(live.reload()).singleElement().asString().startsWith("The provider file is not JSON");
    assertThat(live.get().names()).containsExactly("two");
  }
}
