package dev.chorus.streaming.progress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Cost;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamReportsTest {
  private static final StartStream START = new StartStream(new StreamId("~one"), null, new UserId("ann"), "{}", false, null, "writer", "p1",
      "token", null, true, false, null, null, true, null, null);

  private static List<JsonNode> read(List<String> reports) {
    return reports.stream().map(report -> Json.tree(report.getBytes(StandardCharsets.UTF_8))).toList();
  }

  private static List<StreamRecord> chunks(int count) {
    return IntStream.range(0, count).<StreamRecord>mapToObj(i -> new Chunk(i, StreamRecord.Kind.CONTENT, "x", null, null, null)).toList();
  }

  private static StreamRecord end(String status, Double confidence) {
    return new StreamRecord.End(9, status, "stop", null, new Usage(3, 4, 7, null), new Cost(0.5, "USD"), confidence,
        new StreamMetrics(1L, 2, 3, 4, 1, 0, 0), null);
  }

  @Test
  void onceASecondItSaysHowFarItIs() {
    StreamReports reports = new StreamReports(START, 100L, 0);
    assertThat(read(reports.started())).singleElement()
        .matches(report -> report.path("status").asText().equals("started") && report.path("percentage").asInt() == 0);
    assertThat(reports.said(chunks(20), 999)).isEmpty();
    JsonNode report = read(reports.said(chunks(20), 1000)).getFirst();
    assertThat(report.path("percentage").asInt()).isEqualTo(40);
    assertThat(report.path("estimatedTimeRemainingMs").asInt()).isEqualTo(1500);
    assertThat(report.path("tokensUsed").asInt()).isEqualTo(40);
    assertThat(reports.said(chunks(1), 1500)).isEmpty();
    assertThat(reports.said(chunks(200), 2000)).singleElement().matches(more -> more.contains("\"percentage\":95"));
  }

  @Test
  void withoutAKnownLengthItNears95AndNeverReachesIt() {
    StreamReports reports = new StreamReports(START, null, 0);
    int before = 0;
    for (int second = 1; second < 50; second++) {
      int now = read(reports.said(chunks(100), second * 1000L)).getFirst().path("percentage").asInt();
      assertThat(now).isBetween(before, 95);
      before = now;
    }
  }

  @Test
  void whoeverWaitsSaysSoAtOnce() {
    StreamReports reports = new StreamReports(START, null, 0);
    assertThat(reports.said(List.of(new StreamRecord.Notice(1, "paused", null, null, null)), 1)).singleElement()
        .matches(report -> report.contains("\"waiting\""));
    assertThat(reports.said(List.of(new StreamRecord.Notice(2, "resumed", null, null, null)), 2)).singleElement()
        .matches(report -> report.contains("\"running\""));
  }

  @Test
  void theEndIsAlwaysSaid() {
    List<JsonNode> completed = read(new StreamReports(START, null, 0).said(List.of(end("COMPLETED", 0.8)), 1));
    assertThat(completed).hasSize(2);
    assertThat(completed.getFirst().path("status").asText()).isEqualTo("completed");
    assertThat(completed.getFirst().path("cost").asDouble()).isEqualTo(0.5);
    assertThat(completed.getLast().path("scores").path("confidence").asDouble()).isEqualTo(0.8);
    assertThat(read(new StreamReports(START, null, 0).said(List.of(end("CANCELLED", 0.8)), 1))).singleElement()
        .matches(report -> report.path("status").asText().equals("failed"));
  }
}
