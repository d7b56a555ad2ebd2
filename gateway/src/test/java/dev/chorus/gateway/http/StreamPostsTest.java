package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamError;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StreamPostsTest {
  private static final String ASK = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String SSE = "/api/ws/stream/sse";
  private static final String LINES = "/api/ws/stream/http";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");

  private void answers() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.text("one two");
      log.complete();
    });
  }

  private FakeStreaming.Log only() {
    return gateway.on(gateway.streaming::only);
  }

  @Test
  void aStartIsAnsweredWithTheStreamsOwnEvents() {
    answers();
    HttpResponse<String> answer = caller.post(SSE, ASK);
    assertThat(answer.statusCode()).isEqualTo(200);
    String word = only().stream.word();
    assertThat(answer.body()).startsWith("id: " + word + "-0\nevent: stream:open\ndata: {\"streamId\":\"~" + word + "\"")
        .contains("id: " + word + "-1\nevent: stream:chunk\ndata: {\"streamId\":\"~" + word
            + "\",\"from\":1,\"to\":1,\"kind\":\"content\",\"text\":\"one two\"")
        .contains("id: " + word + "-2\nevent: stream:end\n");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/streams/~" + word);
    assertThat(answer.headers().firstValue("Chorus-Stream-Id")).hasValue("~" + word);
    HttpResponse<String> lines = caller.post(LINES, ASK);
    assertThat(lines.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    assertThat(lines.body().lines()).hasSize(3).allMatch(line -> line.startsWith("{\"type\":\"stream:"));
  }

  @Test
  void aFailureBeforeTheFirstTokenIsATrueStatus() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.append();
      log.fail(
          new StreamRecord.Failure(new StreamError("rate_limited", "Slow down.", true), 429, "rate_limit_error", null, null, 2500L));
    });
    HttpResponse<String> answer = caller.post(SSE, ASK);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(answer.body())
        .isEqualTo("{\"error\":{\"code\":\"rate_limited\",\"message\":\"Slow down.\",\"retryable\":true,\"retryAfterMs\":2500}}");
  }

  @Test
  void aFailureAfterItIsTheStreamsEnd() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.text("one ");
      log.fail(new StreamRecord.Failure(new StreamError("timeout", "No more came.", true), 504, "server_error", null, null, null));
    });
    HttpResponse<String> answer = caller.post(LINES, ASK);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body().lines().toList().getLast()).contains("\"status\":\"FAILED\"").contains("\"code\":\"timeout\"");
  }

  @Test
  void aRepeatedKeyAttachesAndNothingIsGeneratedTwice() {
    answers();
    String first = caller.post(SSE, ASK, "Idempotency-Key", "k1").body();
    String again = caller.post(SSE, ASK, "Idempotency-Key", "k1").body();
    assertThat(again.replace(",\"replay\":true", "")).isEqualTo(first.replace(",\"replay\":true", ""));
    assertThat(gateway.on(() -> gateway.streaming.starts.size())).isEqualTo(1);
    assertThat(caller.post(SSE, ASK.replace("hi", "ho"), "Idempotency-Key", "k1").statusCode()).isEqualTo(409);
    assertThat(caller.post(SSE, ASK, "Idempotency-Key", "").statusCode()).isEqualTo(400);
    assertThat(caller.post(SSE, ASK, "Idempotency-Key", "k".repeat(256)).statusCode()).isEqualTo(413);
    // The same fields in another order ask for the same.
    assertThat(
        caller.post(SSE, "{\"messages\":[{\"content\":\"hi\",\"role\":\"user\"}],\"model\":\"assistant\"}", "Idempotency-Key", "k1").body())
        .isEqualTo(again);
    // The key is the path's own.
    assertThat(caller.post(LINES, ASK.replace("hi", "ho"), "Idempotency-Key", "k1").statusCode()).isEqualTo(200);
  }

  @Test
  void whoSaysWhatTheySawLastGoesOnThere() {
    answers();
    caller.post(SSE, ASK);
    String word = only().stream.word();
    assertThat(caller.post(SSE, ASK, "Last-Event-ID", word + "-1").body()).startsWith("id: " + word + "-2\nevent: stream:end");
    assertThat(caller.post(SSE, ASK, "Last-Event-ID", word + "-2").statusCode()).isEqualTo(204);
    assertThat(gateway.on(() -> gateway.streaming.starts.size())).isEqualTo(1);
    assertThat(caller.post(SSE, ASK, "Last-Event-ID", "other-2").body()).contains("event: stream:open");
    assertThat(gateway.on(() -> gateway.streaming.starts.size())).isEqualTo(2);
  }

  @Test
  void aRoomIsForItsMembers() {
    answers();
    String asked = ASK.replace("{\"model\"", "{\"room\":\"lobby\",\"model\"");
    assertThat(caller.post(SSE, asked).statusCode()).isEqualTo(403);
    gateway.does(() -> gateway.delivery.members.add(new UserId("ann")));
    assertThat(caller.post(SSE, asked).body()).contains("event: stream:end");
    String word = only().stream.word();
    assertThat(caller.post(SSE, asked, "Last-Event-ID", word + "-1").body()).startsWith("id: " + word + "-2\n");
  }

  @Test
  void badRequestsStartNothing() {
    for (String body : new String[]{"{", "[]", "{}", "{\"model\":\"m\"}", "{\"model\":\"m\",\"messages\":[]}",
        ASK.replace("\"assistant\"", "7"), ASK.replace("{\"model\"", "{\"room\":\"no such name!\",\"model\""),
        ASK.replace("{\"model\"", "{\"deliver\":\"slowly\",\"model\"")})
      assertThat(caller.post(SSE, body).statusCode()).describedAs(body).isEqualTo(400);
    assertThat(gateway.on(() -> gateway.streaming.starts.size())).isZero();
  }
}
