package dev.chorus.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.streaming.TestNode.Asking;
import dev.chorus.testkit.provider.Answer;
import dev.chorus.testkit.provider.Dialect;
import dev.chorus.testkit.provider.Fault;
import dev.chorus.testkit.provider.MockProvider;
import dev.chorus.testkit.provider.Place;
import dev.chorus.testkit.provider.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two providers of different dialects behind one model: what one breaks off, the other brings to its end. */
final class DialectsTest {
  private static final Answer ANSWER = Answer.text("One two three four five six seven eight nine ten – 好 😀 and the end.");
  @TempDir
  private Path directory;

  /** For each pair a model of its name, e.g. {@code OPENAI-BEDROCK}. */
  private Path file(MockProvider first, MockProvider second) throws Exception {
    StringBuilder providers = new StringBuilder();
    StringBuilder models = new StringBuilder();
    for (Dialect from : Dialect.values()) {
      for (Dialect to : Dialect.values()) {
        String name = from + "-" + to;
        String limits = ", \"firstTokenTimeoutMs\": 60000";
        providers.append(providers.isEmpty() ? "{" : ",{").append(from.entry(name + "-1", first.url())).append(limits)
            .append(", \"interChunkTimeoutMs\": 1000},{")
            .append(to.entry(name + "-2", second.url())).append(limits).append(", \"prefill\": true}");
        models.append(models.isEmpty() ? "" : ",").append("{\"name\": \"").append(name).append("\", \"targets\": [{\"provider\": \"")
            .append(name)
            .append("-1\", \"model\": \"a\"},{\"provider\": \"").append(name).append("-2\", \"model\": \"b\"}]}");
      }
    }
    Path file = directory.resolve("providers.json");
    Files.writeString(file, "{\"providers\": [" + providers + "], \"models\": [" + models + "], \"retry\": {\"baseDelayMs\": 1}}");
    return file;
  }

  @Test
  void whatOneDialectBreaksOffAnotherGoesOnWithToTheLetter() throws Exception {
    try (MockProvider first = new MockProvider(Plan.whole(ANSWER));
        MockProvider second = new MockProvider(Plan.whole(ANSWER));
        TestNode node = TestNode.alone(Map.of("CHORUS_PROVIDERS", file(first, second).toString(), "MOCK_KEY", "k"))) {
      for (Dialect from : Dialect.values()) {
        for (Dialect to : Dialect.values()) {
          for (Fault fault : List.of(Fault.CUT, Fault.ERROR, Fault.STALL)) {
            String what = from + "-" + to + " " + fault;
            first.otherwise(Plan.failing(ANSWER, fault, Place.MIDDLE));
            List<StreamRecord> records = node.ended(node.start(new Asking("count").of(from + "-" + to).start()).streamId());
            assertThat(TestNode.end(records).status()).as(what).isEqualTo("COMPLETED");
            assertThat(TestNode.text(records)).as(what).isEqualTo(ANSWER.whole());
            assertThat(TestNode.notices(records)).as(what).containsExactly("failover", "continued");
            assertThat(TestNode.end(records).finishReason()).as(what).isEqualTo("stop");
          }
        }
      }
    }
  }
}
