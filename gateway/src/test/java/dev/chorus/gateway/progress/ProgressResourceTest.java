package dev.chorus.gateway.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ProgressResourceTest {
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller ann = new Caller(gateway::uri, "ann");
  @AutoClose
  private final Caller root = new Caller(gateway::uri, "root");

  private void say(String agent, String rest) {
    gateway.does(() -> gateway.progress.say("p1", "{\"agentId\":\"" + agent + "\"" + rest + "}"));
  }

  @Test
  void onlyAdminsPublishAndOnlyWhatIsAReport() {
    assertThat(ann.post("/api/projects/p1/agents/writer/progress", "{\"percentage\":10}").statusCode()).isEqualTo(403);
    assertThat(root.post("/api/projects/p1/agents/writer/progress", "{\"percentage\":10}").body()).isEqualTo("{\"seq\":1}");
    assertThat(root.post("/api/projects/p1/agents/writer/progress", "{\"scores\":{\"tone\":0.5}}").body()).isEqualTo("{\"seq\":2}");
    for (String body : new String[]{"[]", "{\"percentage\":101}", "{\"status\":\"done\"}", "{\"scores\":{\"tone\":\"good\"}}"})
      assertThat(root.post("/api/projects/p1/agents/writer/progress", body).statusCode()).describedAs(body).isEqualTo(400);
    assertThat(ann.get("/api/projects/p1/progress/history").body()).contains("\"head\":2")
        .contains("\"type\":\"quality:update\",\"seq\":2");
  }

  @Test
  void aProjectIsTheMeanOfItsAgents() {
    assertThat(ann.get("/api/projects/none/progress").body()).isEqualTo("{\"overall\":0,\"agents\":[],\"estimatedCompletionAt\":null}");
    say("writer", ",\"percentage\":20,\"estimatedTimeRemainingMs\":1000");
    say("critic", ",\"status\":\"completed\"");
    say("writer", ",\"percentage\":25.5,\"estimatedTimeRemainingMs\":900");
    String state = ann.get("/api/projects/p1/progress").body();
    assertThat(state).startsWith("{\"overall\":62.75,\"agents\":[{\"projectId\":\"p1\",\"agentId\":\"critic\"")
        .contains("\"percentage\":25.5")
        .doesNotContain("\"percentage\":20").containsPattern("\"estimatedCompletionAt\":[1-9]");
    say("third", "");
    assertThat(ann.get("/api/projects/p1/progress").body()).contains("\"estimatedCompletionAt\":null");
  }

  @Test
  void eventsAreFollowedFromTheLastOneThatWasSeen() {
    say("writer", ",\"percentage\":1");
    say("critic", ",\"percentage\":2");
    try (Caller.Answer answer = ann.open("GET", "/api/sse/agent-stream?projectId=p1&after=0", null);
        Caller.Answer some = ann.open("GET", "/api/sse/agent-stream?projectId=p1&agentIds=critic", null, "Last-Event-ID", "1")) {
      assertThat(answer.line()).isEqualTo("id: 1");
      assertThat(answer.line()).isEqualTo("event: agent:progress");
      assertThat(answer.line()).startsWith("data: {\"projectId\":\"p1\",\"agentId\":\"writer\",\"status\":\"running\",\"percentage\":1");
      assertThat(answer.line()).isEmpty();
      assertThat(answer.line()).isEqualTo("id: 2");
      assertThat(some.line()).isEqualTo("id: 2");
      for (int i = 0; i < 3; i++) {
        answer.line();
        some.line();
      }
      say("writer", ",\"percentage\":3");
      say("critic", ",\"status\":\"failed\"");
      assertThat(answer.line()).isEqualTo("id: 3");
      assertThat(some.line()).isEqualTo("id: 4");
      assertThat(some.line()).isEqualTo("event: agent:error");
    }
    assertThat(ann.get("/api/sse/agent-stream?projectId=p1&after=9").statusCode()).isEqualTo(400);
    assertThat(ann.get("/api/sse/agent-stream").statusCode()).isEqualTo(400);
  }

  @Test
  void whatWasNotToldIsRead() {
    gateway.does(() -> gateway.progress.loseFanouts = true);
    try (Caller.Answer answer = ann.open("GET", "/api/sse/agent-stream?projectId=p1", null)) {
      say("writer", ",\"percentage\":1");
      assertThat(answer.line()).isEqualTo("id: 1");
    }
  }

  @Test
  void whatHasExpiredIsLeftOut() {
    for (int i = 0; i < 5; i++)
      say("writer", "");
    gateway.does(() -> gateway.progress.floor = 3);
    try (Caller.Answer answer = ann.open("GET", "/api/sse/agent-stream?projectId=p1&after=1", null)) {
      assertThat(answer.line()).isEqualTo("id: 4");
    }
  }

  @Test
  void theStreamsOfAProjectAreFollowedByWhoMaySeeThem() {
    FakeStreaming.Log running = stream("~one", "ann");
    FakeStreaming.Log ended = stream("~past", "ann");
    stream("~hers", "bea");
    gateway.does(() -> running.text("one "));
    gateway.does(ended::complete);
    try (Caller.Answer answer = ann.open("GET", "/api/projects/p1/agents/stream", null)) {
      assertThat(answer.line()).isEqualTo("id: one-0");
      assertThat(answer.line()).isEqualTo("event: stream:open");
      answer.line();
      answer.line();
      assertThat(answer.line()).isEqualTo("id: one-1");
      for (int i = 0; i < 3; i++)
        answer.line();
      FakeStreaming.Log later = stream("~two", "ann");
      say("writer", ",\"status\":\"started\"");
      assertThat(answer.line()).isEqualTo("id: two-0");
      for (int i = 0; i < 3; i++)
        answer.line();
      gateway.does(() -> later.text("x"));
      assertThat(answer.line()).isEqualTo("id: two-1");
    }
  }

  private FakeStreaming.Log stream(String id, String user) {
    return gateway.on(() -> {
      StreamId stream = new StreamId(id);
      gateway.streaming.start(new StartStream(stream, null, new UserId(user), "{}", false, null, "writer", "p1", "token", null, true, false,
          null, null, true, null, null));
      return gateway.streaming.logs.get(stream);
    });
  }

  @Test
  void theFiguresOfAllNodesAreAdded() {
    HttpResponse<String> none = ann.get("/api/ws/stream/metrics");
    assertThat(none.body()).contains("\"totals\":{\"active\":0").contains("\"providers\":{}").contains("\"nodes\":1,\"nodesAnswered\":1");
  }
}
