package dev.chorus.e2e.up;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.e2e.kit.UpProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets the protocol's error, tells nothing internal, and the connection lives on unless the protocol says otherwise. */
final class BadInputTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  @TempDir
  static Path data;
  private static UpProcess up;
  private static Tokens tokens;

  @BeforeAll
  static void start() throws Exception {
    up = UpProcess.start(data, Map.of());
    tokens = up.tokens();
  }

  @AfterAll
  static void stop() throws Exception {
    if (up == null)
      return;
    up.process().signal("TERM");
    assertThat(up.process().awaitExit(Duration.ofSeconds(60))).describedAs("exit code after SIGTERM").isZero();
    assertThat(up.process().output()).doesNotContain("Exception")
        // A machine that stands still for seconds blocks every thread.
        .doesNotContainPattern("has been blocked for \\d{5}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "[1,2]", "{\"type\":5}", "{}", "{\"type\":\"room:join\",\"room\":\"a\",\"data\":7}",
      "{\"type\":\"heartbeat\"",
      "{\"type\":\"history\",\"id\":{},\"room\":\"a\"}"})
  void aMalformedEnvelopeGetsBadRequestAndTheConnectionLivesOn(String text) throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("mal"))) {
      client.write(text);
      JsonNode error = client.expect(type("error"));
      assertThat(error.get("data").get("code").asText()).isEqualTo("bad_request");
      assertThat(error.get("data").get("retryable").asBoolean()).isFalse();
      client.join("after-malformed");
    }
  }

  @Test
  void deepNestingIsRefusedNotRecursedInto() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("deep"))) {
      client.write("{\"type\":\"x\",\"data\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}");
      assertThat(client.expect(type("error")).get("data").get("code").asText()).isEqualTo("bad_request");
      client.join("after-deep");
    }
  }

  @Test
  void tenMalformedInARowEndTheConnectionWith4400() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("ten"))) {
      for (int i = 0; i < 10; i++)
        client.write("no json " + i);
      assertThat(client.awaitClose(SOON)).isEqualTo(4400);
    }
  }

  @Test
  void aBinaryMessageEndsTheConnectionWith4400() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("bin"))) {
      client.writeBinary(new byte[]{1, 2, 3});
      assertThat(client.awaitClose(SOON)).isEqualTo(4400);
    }
  }

  @Test
  void aHugeMessageEndsTheConnectionWith4413() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("huge"))) {
      client.write("{\"type\":\"message:send\",\"data\":{\"content\":\"" + "x".repeat(300_000) + "\"}}");
      assertThat(client.awaitClose(SOON)).isEqualTo(4413);
    }
  }

  @Test
  void contentOverTheLimitIsTooLargeAndTheBiggestAllowedIsNot() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("size"))) {
      client.join("sizes");
      assertThat(code(client.ask("message:send", "sizes", Map.of("content", "x".repeat(65_537))))).isEqualTo("too_large");
      client.send("sizes", "\uD83D\uDE00".repeat(16_384));
      assertThat(code(client.ask("message:send", "sizes", Map.of("content", "")))).isEqualTo("bad_request");
      assertThat(code(client.ask("message:send", "sizes", Map.of("content", "m", "metadata", Map.of("k", "v".repeat(5000))))))
          .isEqualTo("too_large");
    }
  }

  @Test
  void textThatPostgresqlCannotStoreIsRefusedAndItsNeighboursAreStored() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("nul"))) {
      client.join("nul-room");
      List<Long> good = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        good.add(client.post("message:send", "nul-room", Map.of("content", "good " + i)));
        client.write("{\"type\":\"message:send\",\"id\":\"nul" + i + "\",\"room\":\"nul-room\",\"data\":{\"content\":\"a\\u0000b\"}}\n"
            + "{\"type\":\"message:send\",\"id\":\"half" + i + "\",\"room\":\"nul-room\",\"data\":{\"content\":\"a\\ud83dz\"}}\n"
            + "{\"type\":\"message:send\",\"id\":\"meta" + i
            + "\",\"room\":\"nul-room\",\"data\":{\"content\":\"a\",\"metadata\":{\"k\":\"\\u0000\"}}}");
      }
      for (long id : good)
        ChatClient.acked(client.answer(id));
      for (String word : List.of("nul", "half", "meta")) {
        JsonNode error = client.expect(frame -> frame.path("id").asText().equals(word + "7"));
        assertThat(code(error)).isEqualTo("bad_request");
      }
      assertThat(ChatClient.acked(client.ask("history", "nul-room", Map.of("limit", 100))).get("head").asLong()).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no spaces", "", "ü", "a/b", "x\u0000"})
  void aRoomNameOutsideTheAlphabetIsBadRequest(String room) throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("names"))) {
      assertThat(code(client.ask("room:join", room, Map.of()))).isEqualTo("bad_request");
    }
  }

  @Test
  void wrongTypesAndRangesAreNamedInTheError() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.of("types"))) {
      client.join("types");
      for (Map<String, ?> data : List.of(Map.of("content", 5), Map.of("content", "x", "priority", "urgent"),
          Map.of("content", "x", "to", "ann"), Map.of("content", "x", "replyTo", -1))) {
        assertThat(code(client.ask("message:send", "types", data))).describedAs("%s", data).isEqualTo("bad_request");
      }
      assertThat(client.ask("history", "types", Map.of("limit", 501)).toString()).contains("limit").contains("500");
      assertThat(code(client.ask("room:join", "types", Map.of("after", -5)))).isEqualTo("bad_request");
      assertThat(code(client.ask("room:join", "types", Map.of("after", 1e30)))).isEqualTo("bad_request");
      assertThat(code(client.ask("no:such", null, Map.of()))).isEqualTo("unsupported");
      client.write("{\"type\":\"no:such\"}");
      client.send("types", "still here");
    }
  }

  @Test
  void strangersSeeNothingOfARoom() throws Exception {
    try (ChatClient member = ChatClient.connect(up.http(), tokens.of("member"));
        ChatClient stranger = ChatClient.connect(up.http(), tokens.of("stranger"))) {
      member.join("private");
      member.send("private", "secret");
      assertThat(code(stranger.ask("message:send", "private", Map.of("content", "x")))).isEqualTo("not_member");
      assertThat(code(stranger.ask("history", "private", Map.of()))).isEqualTo("not_member");
      assertThat(code(stranger.ask("message:send", "no-such-room", Map.of("content", "x")))).isEqualTo("not_member");
      assertThat(code(stranger.ask("stream:attach", null, Map.of("streamId", "private~nothing")))).isIn("not_found", "not_member");
      assertThat(stranger.received().toString()).doesNotContain("secret");
    }
  }

  @Test
  void tokensThatAreForgedUnsignedOrEndedAreRefusedWith4401() throws Exception {
    for (String token : List.of(new Tokens("another secret that the server does not know").of("eve"), Tokens.unsigned("eve"), "nonsense",
        "a.b.c",
        tokens.sign(Map.of("sub", "eve", "exp", 1_000_000_000)), tokens.sign(Map.of("name", "no sub")),
        tokens.sign(Map.of("sub", "x".repeat(129))))) {
      try (ChatClient client = ChatClient.open(up.http(), "Authorization", "Bearer " + token)) {
        assertThat(client.awaitClose(SOON)).describedAs(token).isEqualTo(4401);
        assertThat(client.closeReason()).contains("\"code\":\"unauthorized\"").doesNotContain(token);
      }
      HttpResponse<String> answer = new HttpApi(up.http(), token).get("/api/rooms/any/messages");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(HttpApi.json(answer).get("error").get("code").asText()).isEqualTo("unauthorized");
    }
  }

  @Test
  void aRoomOutsideTheTokensGlobsIsForbidden() throws Exception {
    try (ChatClient client = ChatClient.connect(up.http(), tokens.sign(Map.of("sub", "limited", "rooms", List.of("team-*"))))) {
      client.join("team-a");
      assertThat(code(client.ask("room:join", "other", Map.of()))).isEqualTo("forbidden");
    }
  }

  @Test
  void httpErrorsHaveTheProtocolsFormAndNothingInternal() throws Exception {
    HttpApi api = new HttpApi(up.http(), tokens.of("web"));
    for (HttpResponse<String> answer : List.of(api.post("/api/rooms/web/messages", "{"),
        api.post("/api/rooms/web/messages", "[".repeat(100_000)),
        api.get("/api/rooms/bad%20name/messages"), api.get("/api/nothing"),
        api.post("/api/rooms/web/messages", "{\"content\":\"not a member\"}"))) {
      assertThat(answer.statusCode()).isBetween(400, 499);
      JsonNode error = HttpApi.json(answer).get("error");
      assertThat(error.get("code").asText()).isNotBlank();
      assertThat(error.get("message").asText()).isNotBlank().doesNotContain("Exception", "java.", "io.vertx");
      assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }
  }

  private static String code(JsonNode answer) {
    assertThat(answer.get("type").asText()).describedAs("%s", answer).isEqualTo("error");
    return answer.get("data").get("code").asText();
  }
}
