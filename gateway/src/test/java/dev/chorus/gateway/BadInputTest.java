package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients should not send: the protocol's error, and the connection lives on unless the protocol says otherwise. */
final class BadInputTest {
  private TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void whatIsNoEnvelopeIsABadRequestAndTheTenthInARowEndsTheConnection() {
    TestClient ann = gateway.connect("ann");
    String deep = "{\"type\":\"heartbeat\",\"data\":" + "{\"a\":".repeat(500) + "1" + "}".repeat(500) + "}";
    for (String bad : new String[]{"not json", "[]", "{\"type\":7}", "{\"data\":{}}", "{\"type\":\"heartbeat\",\"data\":[]}", deep,
        "{\"type\":\"heartbeat\"", "\"\"",
        "{\"type\":\"heartbeat\",\"id\":{}}"}) {
      ann.raw(bad);
      JsonNode error = ann.expect("error");
      assertThat(error.path("data").path("code").asText()).as(bad).isEqualTo("bad_request");
      assertThat(error.path("data").path("retryable").asBoolean()).isFalse();
    }
    ann.ask("rooms:list", null, "{}");
    for (int i = 0; i < 10; i++)
      ann.raw("bad " + i);
    assertThat(ann.closed()).isEqualTo(new TestClient.Closed(4400, "{\"code\":\"protocol_error\"}"));
  }

  @Test
  void wrongValuesAreRefusedWithTheIdAndDoNotCountAsMalformed() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    Map<String, String> wrong = Map.of("{\"content\":7}", "bad_request", "{\"content\":\"\"}", "bad_request", "{}", "bad_request",
        "{\"content\":\"a\\u0000b\"}", "bad_request", "{\"content\":\"a\\ud800b\"}", "bad_request",
        "{\"content\":\"x\",\"priority\":\"urgent\"}", "bad_request",
        "{\"content\":\"" + "x".repeat(65_537) + "\"}", "too_large",
        "{\"content\":\"x\",\"metadata\":{\"a\":\"" + "x".repeat(4096) + "\"}}", "too_large",
        "{\"content\":\"x\",\"clientId\":\"" + "x".repeat(65) + "\"}", "too_large", "{\"content\":\"x\",\"guarantee\":\"exactly-once\"}",
        "bad_request");
    for (int round = 0; round < 2; round++) {
      wrong.forEach(
          (data, code) -> assertThat(ann.call("message:send", "lobby", data).path("data").path("code").asText()).as(data).isEqualTo(code));
    }
    for (String room : new String[]{"a room", "", "x".repeat(129), "a/b"}) {
      assertThat(ann.call("room:join", room, "{}").path("data").path("code").asText()).isEqualTo("bad_request");
    }
    assertThat(ann.call("room:join", "lobby", "{\"after\":-1}").path("data").path("code").asText()).isEqualTo("bad_request");
    assertThat(ann.call("history", "lobby", "{\"after\":1,\"before\":5}").path("data").path("code").asText()).isEqualTo("bad_request");
    assertThat(ann.say("lobby", "and on it goes").path("seq").asLong()).isEqualTo(1);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    TestClient ann = gateway.connect("ann");
    ann.raw("{\"type\":\"message:send\",\"id\":1,\"room\":\"lobby\",\"data\":{\"content\":\"\u0000\"}}");
    assertThat(ann.expect("error").path("data").path("code").asText()).isEqualTo("bad_request");
  }

  @Test
  void aBinaryMessageEndsTheConnection() {
    TestClient ann = gateway.connect("ann");
    ann.binary(new byte[]{1, 2, 3});
    assertThat(ann.closed().code()).isEqualTo(4400);
  }

  @Test
  void aMessageOverTheLimitEndsTheConnectionWholeOrInFragments() {
    // Whoever is sent away has all the time there is to finish the message and to read why.
    gateway.clock.freeze();
    TestClient whole = gateway.connect("ann");
    whole.raw("x".repeat(262_145));
    assertThat(whole.closed()).isEqualTo(new TestClient.Closed(4413, "{\"code\":\"too_large\"}"));
    TestClient pieces = gateway.connect("ann");
    for (int i = 0; i < 3; i++)
      pieces.fragment("x".repeat(100_000), false);
    assertThat(pieces.closed().code()).isEqualTo(4413);
  }

  @Test
  void fragmentsArePutTogether() {
    TestClient ann = gateway.connect("ann");
    ann.fragment("{\"type\":\"rooms:list\",", false);
    ann.fragment("\"id\":\"a\"", false);
    ann.fragment("}", true);
    JsonNode answer = ann.expect("ack");
    assertThat(answer.path("id").asText()).isEqualTo("a");
    assertThat(answer.path("data").path("rooms").get(0).path("unread").asLong()).isEqualTo(2);
  }

  @Test
  void aTypeThatTheServerDoesNotKnowIsUnsupportedWhenItHasAnIdAndIgnoredElse() {
    TestClient ann = gateway.connect("ann");
    assertThat(ann.call("message:pin", "lobby", "{}").path("data").path("code").asText()).isEqualTo("unsupported");
    for (int i = 0; i < 12; i++)
      ann.raw("{\"type\":\"something:new\"}");
    assertThat(ann.rest("error")).isEmpty();
  }

  @Test
  void severalEnvelopesInOneMessageAreAnsweredInTheirOrder() {
    TestClient ann = gateway.connect("ann");
    int before = ann.messages();
    StringBuilder packed = new StringBuilder();
    for (int i = 1; i <= 20; i++)
      packed.append(TestClient.frame(i, "message:edit", "r" + i, "{}")).append('\n');
    ann.raw(packed.toString());
    for (int i = 1; i <= 20; i++)
      assertThat(ann.expect("error").path("id").asInt()).isEqualTo(i);
    assertThat(ann.messages() - before).as("answers of one tick share a message").isLessThan(20);
  }

  @Test
  void tooManyFramesAreRefusedOneByOneAndForTenSecondsEndTheConnection() {
    gateway.close();
    gateway = TestGateway.start("CHORUS_RATE_FRAMES", "5");
    gateway.clock.freeze();
    TestClient ann = gateway.connect("ann");
    String flood = (TestClient.frame(1, "rooms:list", null, "{}") + '\n').repeat(40);
    ann.raw(flood);
    for (int i = 0; i < 20; i++)
      ann.expect("ack");
    JsonNode refused = ann.expect("error").path("data");
    assertThat(refused.path("code").asText()).isEqualTo("rate_limited");
    assertThat(refused.path("retryable").asBoolean()).isTrue();
    assertThat(refused.path("retryAfterMs").asLong()).isBetween(1L, 200L);
    for (int i = 0; i < 19; i++)
      ann.answer(1);
    for (int i = 0; i < 12; i++) {
      gateway.clock.pass(800);
      ann.raw(flood);
      for (int answers = 0; answers < 40; answers++)
        ann.answer(1);
    }
    gateway.clock.pass(800);
    ann.raw(flood);
    assertThat(ann.closed().code()).isEqualTo(4029);
  }

  @Test
  void aUserWhoSendsTooFastIsRefusedAndAnAdminIsNot() {
    gateway.close();
    gateway = TestGateway.start("CHORUS_RATE_SENDS", "2");
    gateway.clock.freeze();
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    for (int i = 0; i < 8; i++)
      ann.say("lobby", "m" + i);
    assertThat(ann.call("message:send", "lobby", "{\"content\":\"x\"}").path("data").path("code").asText()).isEqualTo("rate_limited");
    TestClient root = gateway.enter(Jwt.admin("root"));
    root.join("lobby");
    for (int i = 0; i < 20; i++)
      root.say("lobby", "m" + i);
  }

  @Test
  void aConnectionIsInSoManyRoomsAndNoMore() {
    gateway.close();
    gateway = TestGateway.start("CHORUS_MAX_ROOMS_PER_CONNECTION", "2");
    TestClient ann = gateway.connect("ann");
    ann.join("one");
    ann.join("two");
    assertThat(ann.call("room:join", "three", "{}").path("data").path("code").asText()).isEqualTo("too_large");
    ann.join("two");
    ann.ask("room:leave", "one", "{}");
    ann.join("three");
  }

  @Test
  void norIsItWhenItAsksForAllOfThemAtOnce() {
    gateway.close();
    gateway = TestGateway.start("CHORUS_MAX_ROOMS_PER_CONNECTION", "2");
    TestClient ann = gateway.connect("ann");
    List<Integer> joins = Stream.of("one", "two", "three", "four", "five").map(room -> ann.send("room:join", room, "{}")).toList();
    List<String> codes = joins.stream().map(id -> ann.answer(id).path("data").path("code").asText()).toList();
    assertThat(codes).containsExactlyInAnyOrder("", "", "too_large", "too_large", "too_large");
  }
}
