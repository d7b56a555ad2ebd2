package dev.chorus.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.model.Problem;
import dev.chorus.model.ErrorCode;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamError;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ChatCompletionsTest {
  private static final String ASK = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}";
  private static final String HELLO = "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"finish_reason\":null}]}";
  private static final String STOP = "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
  private static final String USAGE = "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[],\"usage\":{\"total_tokens\":5,\"prompt_tokens\":3,\"completion_tokens\":2}}";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");

  private void answers() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.raw("Hello", HELLO);
      log.raw("", STOP);
      log.raw("", USAGE);
      log.complete();
    });
  }

  @Test
  void theProvidersFramesComeAsTheyAreUpToDone() {
    answers();
    HttpResponse<String> answer = caller.post("/v1/chat/completions", ASK);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("data: " + HELLO + "\n\ndata: " + STOP + "\n\ndata: [DONE]\n\n");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
    assertThat(answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
    String stream = answer.headers().firstValue("Chorus-Stream-Id").orElseThrow();
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/streams/" + stream);
  }

  @Test
  void usageComesOnlyWhenAskedForAndUnchanged() {
    answers();
    String asked = ASK.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    assertThat(caller.post("/v1/chat/completions", asked).body()).contains("data: " + USAGE + "\n\ndata: [DONE]");
    assertThat(caller.post("/v1/chat/completions", ASK).body()).doesNotContain("usage");
  }

  @Test
  void withoutStreamTheWholeAnswerComesAtOnce() {
    answers();
    HttpResponse<String> answer = caller.post("/v1/chat/completions", ASK.replace("true", "false"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body())
        .isEqualTo("{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"Hello\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":5,\"prompt_tokens\":3,\"completion_tokens\":2}}");
  }

  @Test
  void unknownFieldsOfTheRequestGoOnToTheProvider() {
    answers();
    caller.post("/v1/chat/completions", ASK.replace("\"stream\":true", "\"stream\":true,\"top_k\":7,\"metadata\":{\"a\":1}"));
    String asked = gateway.on(() -> gateway.streaming.starts.getFirst().request());
    assertThat(asked)
        .isEqualTo("{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"top_k\":7,\"metadata\":{\"a\":1}}");
  }

  @Test
  void aFailureBeforeTheFirstTokenIsATrueStatus() {
    gateway.does(() -> gateway.streaming.onStart = log -> log
        .fail(new StreamRecord.Failure(new StreamError("rate_limited", "Slow down.", true), 429, "rate_limit_error",
            "rate_limit_exceeded", null, 2500L)));
    HttpResponse<String> answer = caller.post("/v1/chat/completions", ASK);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":{\"message\":\"Slow down.\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
  }

  @Test
  void aRoleAloneIsNotYetAnAnswer() {
    String role = HELLO.replace("\"content\":\"Hello\"", "\"content\":\"\",\"refusal\":null");
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.raw("", role);
      log.fail(new StreamRecord.Failure(new StreamError("timeout", "No token came.", true), 504, "server_error", null, null, null));
    });
    assertThat(caller.post("/v1/chat/completions", ASK).statusCode()).isEqualTo(504);
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.raw("", role);
      log.raw("Hello", HELLO);
      log.complete();
    });
    assertThat(caller.post("/v1/chat/completions", ASK).body()).isEqualTo("data: " + role + "\n\ndata: " + HELLO + "\n\ndata: [DONE]\n\n");
  }

  @Test
  void aFailureAfterTheFirstTokenIsAnErrorInTheStreamAndNeverDone() {
    gateway.does(() -> gateway.streaming.onStart = log -> {
      log.raw("Hello", HELLO);
      log.fail(new StreamRecord.Failure(new StreamError("unavailable", "The provider broke off.", true), 502, "server_error", null,
          null, null));
    });
    HttpResponse<String> answer = caller.post("/v1/chat/completions", ASK);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("data: " + HELLO
        + "\n\ndata: {\"error\":{\"message\":\"The provider broke off.\",\"type\":\"server_error\",\"param\":null,\"code\":\"unavailable\"}}\n\n");
  }

  @Test
  void errorsOfTheRequestHaveOpenAisForm() {
    assertThat(caller.post("/v1/chat/completions", "{").statusCode()).isEqualTo(400);
    HttpResponse<String> noModel = caller.post("/v1/chat/completions", "{\"messages\":[]}");
    assertThat(noModel.statusCode()).isEqualTo(400);
    assertThat(noModel.body()).contains("\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":null");
    gateway.does(() -> gateway.streaming.refusal = Problem.of(ErrorCode.NOT_FOUND, "The model 'x' does not exist."));
    HttpResponse<String> unknown = caller.post("/v1/chat/completions", ASK);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("\"code\":\"model_not_found\"").contains("'x'");
    try (Caller stranger = new Caller(gateway::uri, "bad")) {
      HttpResponse<String> refused = stranger.post("/v1/chat/completions", ASK);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("\"code\":\"invalid_api_key\"");
    }
  }

  @Test
  void whatNoProviderCouldReadIsRefusedByFieldAndNothingIsStarted() {
    Map<String, String> wrong = Map.of("\"tools\":\"x\"", "tools", "\"tools\":[5]", "tools[0].type", "\"tools\":[{\"type\":\"function\"}]",
        "tools[0].function.name", "\"tools\":[{\"type\":\"other\"},{\"type\":\"function\",\"function\":{\"name\":\"\"}}]",
        "tools[1].function.name",
        "\"n\":0", "n", "\"n\":\"two\"", "n", "\"n\":1.5", "n", "\"n\":100000", "n");
    wrong.forEach((field, param) -> {
      HttpResponse<String> refused = caller.post("/v1/chat/completions", ASK.replace("\"stream\":true", field));
      assertThat(refused.statusCode()).as(field).isEqualTo(400);
      assertThat(refused.body()).as(field).contains("\"type\":\"invalid_request_error\",\"param\":\"" + param + "\"");
      String inOptions = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"options\":{" + field + "}}";
      HttpResponse<String> start = caller.post("/api/ws/stream/sse", inOptions);
      assertThat(start.statusCode()).as(field).isEqualTo(400);
      assertThat(start.body()).as(field).contains("\"code\":\"bad_request\"");
    });
    HttpResponse<String> noKey = caller.post("/api/ws/stream/sse",
        "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"clientId\":\"\"}");
    assertThat(noKey.statusCode()).isEqualTo(400);
    assertThat(gateway.<Integer>on(() -> gateway.streaming.starts.size())).isZero();
    answers();
    String good = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"web_search\"}],\"n\":1,\"stream\":true";
    assertThat(caller.post("/v1/chat/completions", ASK.replace("\"stream\":true", good)).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatGoesAwayEndsTheStreamUnlessItIsToGoOn() {
    gateway.does(() -> gateway.streaming.onStart = log -> log.raw("Hello", HELLO));
    caller.open("POST", "/v1/chat/completions", ASK).close();
    Until.holds(() -> gateway.on(() -> gateway.streaming.gone.size() == 1));
    caller.open("POST", "/v1/chat/completions", ASK, "Chorus-On-Disconnect", "continue").close();
    caller.open("POST", "/api/v1/inference/stream", ASK).close();
    Until.holds(() -> gateway.on(() -> gateway.streaming.streams.isEmpty()));
    assertThat(gateway.<Integer>on(() -> gateway.streaming.gone.size())).isEqualTo(1);
  }

  @Test
  void aRepeatWithTheSameKeyAttachesAndGeneratesNothing() {
    answers();
    String first = caller.post("/v1/chat/completions", ASK, "Idempotency-Key", "k").body();
    assertThat(caller.post("/v1/chat/completions", ASK, "Idempotency-Key", "k").body()).isEqualTo(first);
    assertThat(gateway.<Integer>on(() -> gateway.streaming.starts.size())).isEqualTo(1);
    HttpResponse<String> other = caller.post("/v1/chat/completions", ASK.replace("hi", "ho"), "Idempotency-Key", "k");
    assertThat(other.statusCode()).isEqualTo(409);
  }

  @Test
  void inferenceChunksSayFromWhereToGoOn() {
    answers();
    HttpResponse<String> answer = caller.post("/api/v1/inference/stream", ASK.replace(",\"stream\":true", ""));
    String epoch = answer.headers().firstValue("Chorus-Stream-Id").orElseThrow().substring(1);
    assertThat(answer.body()).isEqualTo(
        "id: " + epoch + "-1\ndata: " + HELLO + "\n\nid: " + epoch + "-2\ndata: " + STOP + "\n\nid: " + epoch + "-4\ndata: [DONE]\n\n");
    HttpResponse<String> rest = caller.post("/api/v1/inference/stream", ASK, "Last-Event-ID", epoch + "-1");
    assertThat(rest.body()).isEqualTo("id: " + epoch + "-2\ndata: " + STOP + "\n\nid: " + epoch + "-4\ndata: [DONE]\n\n");
    assertThat(caller.post("/api/v1/inference/stream", ASK, "Last-Event-ID", epoch + "-4").statusCode()).isEqualTo(204);
    assertThat(gateway.<Integer>on(() -> gateway.streaming.starts.size())).isEqualTo(1);
    assertThat(caller.post("/api/v1/inference/stream", ASK, "Last-Event-ID", "elsewhere-1").statusCode()).isEqualTo(200);
    assertThat(gateway.<Integer>on(() -> gateway.streaming.starts.size())).isEqualTo(2);
  }

  @Test
  void modelsAreListedByName() {
    assertThat(caller.get("/v1/models").body())
        .isEqualTo("{\"object\":\"list\",\"data\":[{\"id\":\"assistant\",\"object\":\"model\",\"created\":0,\"owned_by\":\"chorus\"},"
            + "{\"id\":\"other/model\",\"object\":\"model\",\"created\":0,\"owned_by\":\"chorus\"}]}");
    assertThat(caller.get("/v1/models/other/model").statusCode()).isEqualTo(200);
    assertThat(caller.get("/v1/models/none").statusCode()).isEqualTo(404);
  }
}
