package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.model.UserId;
import dev.chorus.node.Health;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HttpApiTest {
  private static final String MESSAGES = "/api/rooms/lobby/messages";
  private static final String HELLO = "{\"content\":\"hello\"}";
  @AutoClose
  private final HttpGateway gateway = HttpGateway
      .start(Map.of("CHORUS_ALLOWED_ORIGINS", "https://app.example", "CHORUS_MAX_BODY_BYTES", "2000", "CHORUS_RATE_SENDS", "1"));
  @AutoClose
  private final Caller caller = new Caller(gateway::uri, "ann");
  @AutoClose
  private final Caller root = new Caller(gateway::uri, "root");

  @BeforeEach
  void start() {
    gateway.does(() -> gateway.delivery.members.add(new UserId("ann")));
  }

  @Test
  void aMessageIsSentAndFoundInTheHistory() {
    HttpResponse<String> sent = caller.post(MESSAGES, HELLO);
    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(sent.body()).isEqualTo("{\"messageId\":\"m1\",\"seq\":1,\"status\":\"SENT\",\"at\":5,\"duplicate\":false}");
    HttpResponse<String> history = caller.get(MESSAGES + "?limit=10");
    assertThat(history.body()).isEqualTo("{\"entries\":[{\"type\":\"message:new\",\"seq\":1}],\"head\":1,\"more\":false}");
    assertThat(caller.get(MESSAGES + "?limit=0").statusCode()).isEqualTo(400);
    assertThat(caller.get(MESSAGES + "?before=1&after=1").statusCode()).isEqualTo(400);
    assertThat(caller.get(MESSAGES + "?after=x").statusCode()).isEqualTo(400);
    assertThat(caller.get("/api/rooms/a%20b/messages").statusCode()).isEqualTo(400);
  }

  @Test
  void onlyAnAdminNamesTheSender() {
    assertThat(caller.post(MESSAGES, "{\"content\":\"x\",\"sender\":\"bob\"}").statusCode()).isEqualTo(403);
    assertThat(root.post(MESSAGES, "{\"content\":\"x\",\"sender\":\"ann\"}").statusCode()).isEqualTo(200);
    assertThat(gateway.<String>on(() -> gateway.delivery.sent.getFirst().sender().value())).isEqualTo("ann");
  }

  @Test
  void badBodiesAreRefusedBySentence() {
    assertThat(caller.post(MESSAGES, "not json").body()).contains("\"code\":\"bad_request\"");
    assertThat(caller.post(MESSAGES, "[]").statusCode()).isEqualTo(400);
    assertThat(caller.post(MESSAGES, "{\"content\":7}").body()).contains("'content' is not a string.");
    assertThat(caller.post(MESSAGES, "{\"content\":\"\\u0000\"}").statusCode()).isEqualTo(400);
    HttpResponse<String> large = caller.post(MESSAGES, "{\"content\":\"" + "x".repeat(3000) + "\"}");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("\"code\":\"too_large\"");
  }

  @Test
  void aUserWhoSendsTooOftenIsToldWhenToComeBack() {
    gateway.clock.freeze();
    HttpResponse<String> last = null;
    for (int i = 0; i < 6; i++)
      last = caller.post(MESSAGES, HELLO);
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(last.body()).contains("\"code\":\"rate_limited\"").contains("\"retryAfterMs\":");
    for (int i = 0; i < 6; i++)
      assertThat(root.post(MESSAGES, "{\"content\":\"x\",\"sender\":\"ann\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void everyAnswerHasTheCallersRequestIdOrOneOfOurs() {
    assertThat(caller.get("/api/ws/health", "X-Request-Id", "abc-1").headers().firstValue("X-Request-Id")).hasValue("abc-1");
    assertThat(caller.get("/nowhere/at/all").headers().firstValue("X-Request-Id").orElseThrow()).hasSize(16);
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhatIsOtherwiseSaysHow() {
    assertThat(caller.get("/nowhere/at/all").statusCode()).isEqualTo(404);
    HttpResponse<String> wrong = caller.other("DELETE", MESSAGES);
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).hasValue("GET, POST");
    assertThat(wrong.body()).contains("\"error\"");
    HttpResponse<String> dialect = caller.other("PUT", "/v1/models");
    assertThat(dialect.body()).contains("\"type\":\"invalid_request_error\"");
  }

  @Test
  void strangersAreRefused() {
    try (Caller nobody = new Caller(gateway::uri, null); Caller liar = new Caller(gateway::uri, "bad token")) {
      HttpResponse<String> refused = nobody.get(MESSAGES);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).contains("\"code\":\"unauthorized\"");
      assertThat(liar.post(MESSAGES, HELLO).statusCode()).isEqualTo(401);
      assertThat(nobody.get(MESSAGES + "?access_token=ann").statusCode()).isEqualTo(200);
      assertThat(nobody.post(MESSAGES + "?access_token=ann", HELLO).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void theCostHeaderIsExposedByTheNameThatItHas() {
    try (HttpGateway other = HttpGateway.start(Map.of("CHORUS_ALLOWED_ORIGINS", "https://app.example", "CHORUS_COST_HEADER", "X-Price"));
        Caller page = new Caller(other::uri, "ann")) {
      assertThat(
          page.get("/v1/models", "Origin", "https://app.example").headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
          .contains("X-Price").doesNotContain("Chorus-Cost");
    }
  }

  @Test
  void pagesOfAllowedOriginsMayCallAndSeeTheHeadersTheyNeed() {
    HttpResponse<String> preflight = caller.other("OPTIONS", MESSAGES, "Origin", "https://app.example", "Access-Control-Request-Method",
        "POST",
        "Access-Control-Request-Headers", "authorization,content-type");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://app.example");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods")).hasValue("GET, POST");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers")).hasValue("authorization,content-type");
    HttpResponse<String> answer = caller.get(MESSAGES, "Origin", "https://app.example");
    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow()).contains("Location", "Chorus-Stream-Id",
        "Chorus-Cost", "X-Request-Id",
        "Retry-After");
    assertThat(caller.get("/nowhere/at/all", "Origin", "https://app.example").headers().firstValue("Access-Control-Allow-Origin"))
        .isPresent();
    assertThat(caller.get(MESSAGES, "Origin", "https://evil.example").headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    String own = "http://127.0.0.1:" + gateway.port();
    assertThat(caller.get(MESSAGES, "Origin", own).headers().firstValue("Access-Control-Allow-Origin")).hasValue(own);
  }

  @Test
  void aNodeThatGoesAwayTakesNoNewWork() {
    gateway.draining = true;
    HttpResponse<String> refused = caller.post(MESSAGES, HELLO);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(caller.get(MESSAGES).statusCode()).isEqualTo(200);
  }

  @Test
  void healthIsThereForAnybody() {
    try (Caller nobody = new Caller(gateway::uri, null)) {
      gateway.health.check("delivery", () -> Health.Status.UP);
      assertThat(nobody.get("/api/ws/health").body()).isEqualTo("{\"status\":\"UP\",\"checks\":{\"delivery\":\"UP\"}}");
      gateway.health.check("presence", () -> Health.Status.DOWN);
      assertThat(nobody.get("/api/ws/health").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void thePageIsServedWithAStrictPolicyAndOnceOnly() {
    try (Caller nobody = new Caller(gateway::uri, null)) {
      HttpResponse<String> page = nobody.get("/");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'none'")
          .doesNotContain("unsafe");
      String tag = page.headers().firstValue("ETag").orElseThrow();
      assertThat(nobody.get("/", "If-None-Match", tag).statusCode()).isEqualTo(304);
      assertThat(nobody.get("/app.js").headers().firstValue("Content-Type")).hasValue("text/javascript; charset=utf-8");
      assertThat(nobody.get("/no.js").statusCode()).isEqualTo(404);
      assertThat(nobody.get("/..%2fweb%2fapp.js").statusCode()).isEqualTo(404);
    }
  }
}
