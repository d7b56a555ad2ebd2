package dev.chorus.gateway.aisdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.protocol.StreamError;
import dev.chorus.protocol.ToolDelta;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ChatResourceTest {
  private static final String ASK = "{\"id\":\"chat1\",\"trigger\":\"submit-message\",\"messages\":[{\"id\":\"u1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");

  private static List<String> parts(String body) {
    return body.lines().filter(line -> line.startsWith("data: ")).map(line -> line.substring("data: ".length())).toList();
  }

  private String word() {
    return gateway.on(() -> gateway.streaming.only().stream.word());
  }

  @Test
  void anAnswerIsAMessageOfParts() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.append();
      log.append(new StreamRecord.Chunk(1, StreamRecord.Kind.REASONING, "Hm.", null, null, null));
      log.append(new StreamRecord.Chunk(2, StreamRecord.Kind.CONTENT, "Hel", null, null, null),
          new StreamRecord.Chunk(3, StreamRecord.Kind.CONTENT, "lo", null, null, null));
      log.append(new StreamRecord.Chunk(4, StreamRecord.Kind.TOOL, null, new ToolDelta(0, "c1", "weather", ""), null, null),
          new StreamRecord.Chunk(5, StreamRecord.Kind.TOOL, null, new ToolDelta(0, null, null, "{\"city\":\"Oslo\"}"), null, null));
      log.complete();
    });
    HttpResponse<String> answer = caller.post("/api/chat", ASK);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-vercel-ai-ui-message-stream")).hasValue("v1");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(parts(answer.body())).containsExactly("{\"type\":\"start\",\"messageId\":\"msg-" + word().substring(4) + "\"}",
        "{\"type\":\"start-step\"}", "{\"type\":\"reasoning-start\",\"id\":\"reasoning-1\"}",
        "{\"type\":\"reasoning-delta\",\"id\":\"reasoning-1\",\"delta\":\"Hm.\"}", "{\"type\":\"reasoning-end\",\"id\":\"reasoning-1\"}",
        "{\"type\":\"text-start\",\"id\":\"text-2\"}", "{\"type\":\"text-delta\",\"id\":\"text-2\",\"delta\":\"Hel\"}",
        "{\"type\":\"text-delta\",\"id\":\"text-2\",\"delta\":\"lo\"}", "{\"type\":\"text-end\",\"id\":\"text-2\"}",
        "{\"type\":\"tool-input-start\",\"toolCallId\":\"c1\",\"toolName\":\"weather\"}",
        "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}",
        "{\"type\":\"tool-input-available\",\"toolCallId\":\"c1\",\"toolName\":\"weather\",\"input\":{\"city\":\"Oslo\"}}",
        "{\"type\":\"data-usage\",\"transient\":true,\"data\":{\"finishReason\":\"stop\",\"promptTokens\":3,\"completionTokens\":2,\"totalTokens\":5}}",
        "{\"type\":\"finish-step\"}", "{\"type\":\"finish\"}", "[DONE]");
  }

  @Test
  void theModelIsTheBodysOrTheFirstOfTheFile() {
    gateway.does(() -> gateway.streaming.onStart = log -> log.complete());
    caller.post("/api/chat", ASK);
    caller.post("/api/chat", ASK.replace("\"trigger\"", "\"model\":\"other/model\",\"trigger\""));
    assertThat(gateway.on(() -> gateway.streaming.starts.stream().map(start -> start.request()).toList())).containsExactly(
        "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        "{\"model\":\"other/model\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
  }

  @Test
  void theActiveAnswerComesAgainFromItsStartForItsUserOnly() {
    gateway.does(() -> gateway.streaming.onStart = log -> log.text("one "));
    try (Caller.Answer first = caller.open("POST", "/api/chat", ASK); Caller bob = new Caller(gateway::uri, "bob")) {
      String start = first.line();
      assertThat(start).contains("\"type\":\"start\"");
      assertThat(bob.get("/api/chat/chat1/stream").statusCode()).isEqualTo(204);
      assertThat(caller.get("/api/chat/other/stream").statusCode()).isEqualTo(204);
      try (Caller.Answer again = caller.open("GET", "/api/chat/chat1/stream", null)) {
        assertThat(again.head.statusCode()).isEqualTo(200);
        assertThat(again.head.headers().firstValue("x-vercel-ai-ui-message-stream")).hasValue("v1");
        assertThat(again.line()).isEqualTo(start);
        gateway.does(() -> gateway.streaming.only().text("two"));
        gateway.does(() -> gateway.streaming.only().complete());
        assertThat(parts(again.rest())).contains("{\"type\":\"text-delta\",\"id\":\"text-1\",\"delta\":\"one \"}",
            "{\"type\":\"text-delta\",\"id\":\"text-1\",\"delta\":\"two\"}", "[DONE]");
      }
      assertThat(caller.get("/api/chat/chat1/stream").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void anAnswerToWhatToolsGaveGoesOnInTheClientsMessage() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.text("Cold.");
      log.complete();
    });
    String asked = ASK.replace("}]}]}",
        "}]},{\"id\":\"a1\",\"role\":\"assistant\",\"parts\":[{\"type\":\"step-start\"},{\"type\":\"tool-weather\",\"toolCallId\":\"c1\",\"state\":\"output-available\",\"input\":{\"city\":\"Oslo\"},\"output\":{\"degrees\":-3}}]}]}");
    List<String> parts = parts(caller.post("/api/chat", asked).body());
    assertThat(parts.getFirst()).isEqualTo("{\"type\":\"start\"}");
    assertThat(gateway.on(() -> gateway.streaming.starts.getFirst().request())).contains(
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"{\\\"degrees\\\":-3}\"}");
  }

  @Test
  void failuresAreAStatusBeforeTheFirstTokenAndAnErrorPartAfterIt() {
    StreamRecord.Failure failure = new StreamRecord.Failure(new StreamError("timeout", "No more came.", true), 504, "server_error",
        null, null, null);
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.append();
      log.fail(failure);
    });
    HttpResponse<String> early = caller.post("/api/chat", ASK);
    assertThat(early.statusCode()).isEqualTo(504);
    assertThat(early.body()).contains("\"message\":\"No more came.\"");
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.text("one ");
      log.fail(failure);
    });
    List<String> late = parts(caller.post("/api/chat", ASK).body());
    assertThat(late.getLast()).isEqualTo("{\"type\":\"error\",\"errorText\":\"No more came.\"}");
    assertThat(late).noneMatch(part -> part.contains("finish"));
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.text("one ");
      log.append(new StreamRecord.Notice(2, "reset", 0L, null, null));
      log.text("two");
      log.complete();
    });
    List<String> taken = parts(caller.post("/api/chat", ASK).body());
    assertThat(taken.getLast()).startsWith("{\"type\":\"error\"");
    assertThat(taken).noneMatch(part -> part.contains("two"));
  }

  @Test
  void badRequestsStartNothing() {
    for (String body : new String[]{"{}", "{\"id\":\"c\"}", "{\"id\":\"c\",\"messages\":[]}", "{\"id\":\"c\",\"messages\":[7]}",
        "{\"id\":\"c\",\"messages\":[{\"role\":\"user\"}]}", "{\"id\":\"c\",\"messages\":[{\"role\":\"user\",\"parts\":[]}]}",
        "{\"id\":\"c\",\"messages\":[{\"role\":\"robot\",\"parts\":[]}]}", "{\"id\":7,\"messages\":[]}", ASK.replace("hi", "\\u0000")})
      assertThat(caller.post("/api/chat", body).statusCode()).describedAs(body).isEqualTo(400);
    assertThat(gateway.on(() -> gateway.streaming.starts.size())).isZero();
  }
}
