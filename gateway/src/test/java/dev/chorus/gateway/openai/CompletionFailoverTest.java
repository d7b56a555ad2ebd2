package dev.chorus.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client of chat completions sees of failovers: nothing but the model that answered. */
@Timeout(180)
class CompletionFailoverTest {
  private static final String ASK = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");

  private static String frame(String id, int created, String model, String delta, String finish) {
    return "{\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":" + created + ",\"model\":\"" + model
        + "\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}";
  }

  private void answers() {
    gateway.does(() -> gateway.streaming.onStart = CompletionFailoverTest::failover);
  }

  private static void failover(FakeStreaming.Log log) {
    log.raw("",
        "{\"id\":\"\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[]}");
    log.raw("Hel", frame("c1", 7, "m1", "{\"role\":\"assistant\",\"content\":\"Hel\"}", "null"));
    log.append(new StreamRecord.Notice(3, "failover", null, "backup", 2));
    log.append(new StreamRecord.Notice(4, "continued", null, "backup", 2));
    log.raw("lo", frame("c2", 9, "m2", "{\"role\":\"assistant\",\"content\":\"lo\"}", "null"));
    log.raw("", frame("c2", 9, "m2", "{}", "\"stop\""));
    log.complete();
  }

  @Test
  void oneIdOneTimeAndOneRoleStandForAllAttempts() {
    answers();
    HttpResponse<String> answer = caller.post("/v1/chat/completions", ASK.replace(",\"stream_options\":{\"include_usage\":true}", ""));
    assertThat(answer.body())
        .isEqualTo("data: " + frame("c1", 7, "m1", "{\"role\":\"assistant\",\"content\":\"Hel\"}", "null") + "\n\ndata: "
            + frame("c1", 7, "m2", "{\"content\":\"lo\"}", "null") + "\n\ndata: " + frame("c1", 7, "m2", "{}", "\"stop\"")
            + "\n\ndata: [DONE]\n\n");
  }

  @Test
  void whoGoesOnBehindTheFailoverSeesTheSameId() {
    answers();
    caller.post("/api/v1/inference/stream", ASK);
    String epoch = gateway.on(() -> gateway.streaming.only().epoch);
    HttpResponse<String> rest = caller.post("/api/v1/inference/stream", ASK, "Last-Event-ID", epoch + "-5");
    assertThat(rest.body()).startsWith("id: " + epoch + "-6\ndata: " + frame("c1", 7, "m2", "{}", "\"stop\"") + "\n\n");
  }

  @Test
  void whatItCostIsSaidByChorusWhereTheProviderDoesNot() {
    answers();
    assertThat(caller.post("/v1/chat/completions", ASK).body())
        .endsWith("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,"
            + "\"model\":\"assistant\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}\n\ndata: [DONE]\n\n");
  }

  @Test
  void aWholeAnswerLeavesOutWhatIsVoid() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.raw("Hel", frame("c1", 7, "m1", "{\"role\":\"assistant\",\"content\":\"Hel\"}", "null"));
      log.raw("lo", frame("c1", 7, "m1", "{\"content\":\"lo\"}", "null"));
      log.append(new StreamRecord.Notice(3, "failover", null, "backup", 2));
      log.append(new StreamRecord.Notice(4, "reset", 1L, "backup", 2));
      log.text("p!");
      log.complete();
    });
    HttpResponse<String> whole = caller.post("/v1/chat/completions", ASK.replace("\"stream\":true", "\"stream\":false"));
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).contains("\"content\":\"Help!\"").contains("\"finish_reason\":\"stop\"").contains("\"total_tokens\":5");
    HttpResponse<String> streamed = caller.post("/v1/chat/completions", ASK);
    assertThat(streamed.body()).contains("\"error\":{").doesNotContain("[DONE]").doesNotContain("p!");
  }
}
