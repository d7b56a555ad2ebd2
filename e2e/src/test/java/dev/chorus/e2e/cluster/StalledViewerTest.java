package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.StallingViewer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A viewer whose socket is not read for as long as the answer takes, 60 seconds in a soak, while more is said than all buffers on the way hold: another viewer of the same
 * gateway has all of it at its time, and when the first reads on, or comes back since it was closed for taking nothing, it ends with the text that the log has.
 */
final class StalledViewerTest {
  private static final int SECONDS = Soak.size(8, 60);
  /** As much is said in a soak, over a longer time: a state of an answer is one JSON document, and tens of megabytes of it are nothing that anybody generates. */
  private static final int EVERY_MS = Soak.size(5, 40);
  private static final int BLOCKS = SECONDS * 1000 / EVERY_MS;
  private static final int LOOKS_PER_HEARTBEAT = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(SECONDS * 4L + 60);

  @Test
  void whoStopsReadingEndsWithTheTextOfTheLogAndNobodyWaitsForThem(@TempDir Path data) throws Exception {
    try (MockProvider provider = new MockProvider()) {
      Path file = Files.writeString(data.resolve("providers.json"), provider.providerFile());
      try (ClusterProcess cluster = ClusterProcess.start(data.resolve("cluster"), 1, 1, 1, 1, Map.of("MOCK_KEY", "secret"), "--providers",
          file.toString())) {
        URI gateway = cluster.gateway(0).http();
        String token = cluster.tokens().of("viewer");
        try (ChatClient reading = ChatClient.connect(gateway, token); StallingViewer stalling = StallingViewer.connect(gateway, token)) {
          String stream = reading
              .insist("stream:start", null, Map.of("model", "blocks-" + BLOCKS + "-every-" + EVERY_MS, "clientId", "the-one", "messages",
                  List.of(Map.of("role", "user", "content", "go"))))
              .get("streamId").asText();
          stalling.say("stream:attach", Map.of("streamId", stream, "after", 0));
          List<JsonNode> seen = new ArrayList<>();
          assertThat(stalling.readUntil(seen, frame -> isOf(frame, "stream:chunk", stream))).isTrue();
          AtomicInteger looks = new AtomicInteger();
          Await.until("the other viewer has all of it", PATIENCE, () -> {
            // It still writes, as long as it may: who is silent for 75 seconds is taken for gone.
            if (looks.getAndIncrement() % LOOKS_PER_HEARTBEAT == 0)
              stalling.heartbeat();
            return reading.received().stream().anyMatch(frame -> isOf(frame, "stream:end", stream));
          });
          if (!stalling.readUntil(seen, frame -> isOf(frame, "stream:end", stream)))
            comeBack(gateway, token, stream, seen);
          seen.removeIf(frame -> !frame.path("type").asText().startsWith("stream:"));
          String kept = HttpApi.json(new HttpApi(gateway, token).get("/api/streams/" + stream, "Accept", "application/json")).get("text")
              .asText();
          StreamText viewed = StreamText.of(seen);
          assertThat(viewed.end().get("status").asText()).isEqualTo("COMPLETED");
          // Compared as hashes would be: a difference of megabytes is nothing to print.
          assertThat(viewed.text().equals(kept)).as("the stalled viewer has the text of the log").isTrue();
          assertThat(StreamText.of(reading, stream).text().equals(kept)).as("the other has it too").isTrue();
          assertThat(kept.length()).isEqualTo(BLOCKS * MockProvider.BLOCK);
        }
      }
    }
  }

  /** Who has taken nothing for half a minute was closed, and comes back with what it has. */
  private static void comeBack(URI gateway, String token, String stream, List<JsonNode> seen) throws IOException {
    String epoch = seen.stream().map(frame -> frame.path("data").path("epoch")).filter(JsonNode::isTextual).findFirst().orElseThrow()
        .asText();
    long position = seen.stream().filter(frame -> isOf(frame, "stream:chunk", stream))
        .mapToLong(frame -> frame.get("data").get("to").asLong())
        .max().orElseThrow();
    try (StallingViewer again = StallingViewer.connect(gateway, token)) {
      again.say("stream:attach", Map.of("streamId", stream, "after", position, "epoch", epoch));
      assertThat(again.readUntil(seen, frame -> isOf(frame, "stream:end", stream))).as("it goes on from " + position).isTrue();
    }
  }

  private static boolean isOf(JsonNode frame, String type, String stream) {
    return frame.path("type").asText().equals(type) && frame.path("data").path("streamId").asText().equals(stream);
  }
}
