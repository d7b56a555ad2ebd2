package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HeartbeatTest {
  private static final String ASK = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}";

  @Test
  void silenceIsFilledWithCommentsThatNoClientTakesForEvents() {
    try (HttpGateway gateway = HttpGateway.withHeartbeat(Duration.ofMillis(100)); Caller caller = new Caller(gateway::uri, "ann")) {
      try (Caller.Answer answer = caller.open("POST", "/v1/chat/completions", ASK)) {
        assertThat(answer.head.statusCode()).isEqualTo(200);
        assertThat(answer.line()).isEqualTo(": hb");
        assertThat(answer.line()).isEqualTo(": hb");
        gateway.does(() -> gateway.streaming.only().raw("x", "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}"));
        gateway.does(() -> gateway.streaming.only().complete());
        String rest = answer.rest().replace(": hb\n", "");
        assertThat(rest).isEqualTo("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n");
      }
    }
  }

  @Test
  void anAnswerThatWouldGoOnForEverEndsWithItsCallersToken() {
    try (HttpGateway gateway = HttpGateway.withHeartbeat(Duration.ofMillis(100));
        Caller caller = new Caller(gateway::uri, HttpGateway.BRIEF)) {
      try (Caller.Answer progress = caller.open("GET", "/api/sse/agent-stream?projectId=p", null);
          Caller.Answer agents = caller.open("GET", "/api/projects/p/agents/stream", null)) {
        for (Caller.Answer answer : List.of(progress, agents)) {
          assertThat(answer.head.statusCode()).isEqualTo(200);
          assertThat(answer.rest().replace(": hb\n", "")).startsWith("event: problem\ndata: {\"code\":\"unauthorized\"");
        }
      }
    }
  }

  @Test
  void whoAsksForTheHeadOfAnAnswerWithoutAnEndGetsNoMore() {
    try (HttpGateway gateway = HttpGateway.start(Map.of()); Caller caller = new Caller(gateway::uri, "ann")) {
      gateway.does(() -> gateway.streaming.stream(new StreamId("~word"), null, new UserId("ann")).text("one"));
      for (String path : List.of("/api/sse/agent-stream?projectId=p", "/api/projects/p/agents/stream", "/api/streams/~word")) {
        HttpResponse<String> answer = caller.other("HEAD", path, "Accept", "text/event-stream");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(answer.body()).isEmpty();
      }
      Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
    }
  }
}
