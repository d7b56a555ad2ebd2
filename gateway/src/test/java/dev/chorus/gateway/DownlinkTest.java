package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.GatewayMessage.Said;
import dev.chorus.bus.GatewayMessage.Say;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection without a WebSocket: it hears by server-sent events or NDJSON, and speaks by requests. */
@Timeout(180)
final class DownlinkTest {
  /** More than a test has open one after the other: the gateway may see somebody go later than the next one comes. */
  private static final int MOST = 5;
  private final TestGateway gateway = TestGateway.start("CHORUS_MAX_CONNECTIONS_PER_USER", "" + MOST);
  private final Caller ann = caller(Jwt.user("ann"));

  @AfterEach
  void stop() {
    ann.close();
    gateway.close();
  }

  private Caller caller(String token) {
    return new Caller(path -> URI.create("http://127.0.0.1:" + gateway.port() + path), token);
  }

  /** One event as it stands on the wire. */
  private record Heard(String id, String type, JsonNode envelope) {
    JsonNode data() {
      return envelope.path("data");
    }
  }

  private static Heard next(Caller.Answer answer) {
    String id = null;
    String type = null;
    String data = null;
    for (String line = answer.line(); line != null; line = answer.line()) {
      if (line.startsWith("id: "))
        id = line.substring(4);
      else if (line.startsWith("event: "))
        type = line.substring(7);
      else if (line.startsWith("data: "))
        data = line.substring(6);
      else if (line.isEmpty() && data != null)
        return new Heard(id, type, json(data));
    }
    throw new AssertionError("it ended");
  }

  private static Heard next(Caller.Answer answer, String type) {
    Heard heard = next(answer);
    while (!heard.type.equals(type))
      heard = next(answer);
    return heard;
  }

  private static JsonNode json(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static List<JsonNode> lines(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    return answer.body().lines().map(DownlinkTest::json).toList();
  }

  private Caller.Answer open(String query, String... headers) {
    return ann.open("GET", "/api/sse/events" + query, null, headers);
  }

  @Test
  void itWelcomesFirstThenJoinsItsRoomsAndHearsThemLive() {
    TestClient ben = gateway.connect("ben");
    ben.join("a");
    try (Caller.Answer events = open("?rooms=a,b")) {
      assertThat(events.head.statusCode()).isEqualTo(200);
      assertThat(events.head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      Heard welcome = next(events);
      assertThat(welcome.type).isEqualTo("welcome");
      assertThat(welcome.envelope.path("type").asText()).isEqualTo("welcome");
      assertThat(welcome.data().path("user").asText()).isEqualTo("ann");
      assertThat(Stream.generate(() -> next(events, "ack").data().path("room").asText()).limit(2)).containsExactlyInAnyOrder("a", "b");
      assertThat(ben.expect("user:join").path("data").path("users").path(0).path("user").asText()).isEqualTo("ann");
      ben.say("a", "hello");
      Heard entry = next(events, "message:new");
      assertThat(entry.envelope.path("room").asText()).isEqualTo("a");
      assertThat(entry.data().path("content").asText()).isEqualTo("hello");
      assertThat(entry.id).isNotBlank();
    }
  }

  @Test
  void whoComesBackWithTheLastIdGetsWhatItMissedAndNothingTwice() {
    TestClient ben = gateway.connect("ben");
    ben.join("a");
    ben.join("b");
    String last;
    try (Caller.Answer events = open("?rooms=a,b")) {
      ben.say("a", "1");
      ben.say("b", "1");
      next(events, "message:new");
      last = next(events, "message:new").id;
    }
    for (String content : List.of("2", "3"))
      ben.say("a", content);
    ben.say("b", "2");
    for (String[] way : List.of(new String[]{"?rooms=a,b&after=" + last}, new String[]{"?rooms=a,b&after=AAAA", "Last-Event-ID", last})) {
      try (Caller.Answer events = way.length == 1 ? open(way[0]) : open(way[0], way[1], way[2])) {
        assertThat(events.head.statusCode()).isEqualTo(200);
        List<String> missed = IntStream.range(0, 3).mapToObj(i -> next(events, "message:new"))
            .map(entry -> entry.envelope.path("room").asText() + entry.envelope.path("seq").asInt()).sorted().toList();
        assertThat(missed).containsExactly("a2", "a3", "b2");
      }
    }
    try (Caller.Answer events = open("?rooms=a,b", "Last-Event-ID", "of another server")) {
      assertThat(next(events, "ack").data().path("recovered").asBoolean()).isFalse();
      ben.say("a", "4");
      assertThat(next(events, "message:new").envelope.path("seq").asInt()).isEqualTo(4);
    }
  }

  @Test
  void anErrorWithoutAnIdComesDownAsAProblemAndAnswersStandInTheRequest() {
    try (Caller.Answer events = open("?rooms=a")) {
      String connection = next(events).data().path("connection").asText();
      List<JsonNode> answers = lines(ann.post("/api/commands",
          "{\"type\":\"message:send\",\"id\":1,\"room\":\"a\",\"data\":{\"content\":\"one\"}}\n"
              + "{\"type\":\"message:send\",\"room\":\"a\",\"data\":{\"content\":\"\"}}\n"
              + "{\"type\":\"nonsense\"}\n{\"type\":\"nonsense\",\"id\":\"x\"}\n"
              + "{\"type\":\"room:join\",\"id\":1,\"room\":\"b\"}\n{\"type\":\"typing:start\",\"id\":3,\"room\":\"b\"}",
          "Chorus-Connection", connection));
      assertThat(answers.stream().map(answer -> answer.path("id").asText() + answer.path("type").asText()))
          .containsExactly("1ack", "xerror", "1ack", "3ack");
      assertThat(answers.getFirst().path("data").path("seq").asInt()).isEqualTo(1);
      assertThat(answers.get(1).path("data").path("code").asText()).isEqualTo("unsupported");
      assertThat(answers.get(2).path("data").path("room").asText()).isEqualTo("b");
      Heard problem = next(events, "problem");
      assertThat(problem.data().path("code").asText()).isEqualTo("bad_request");
      assertThat(problem.envelope.has("id")).isFalse();
    }
  }

  @Test
  void withoutAConnectionOnlyWhatNeedsNoneIsDone() {
    try (Caller.Answer events = open("?rooms=a")) {
      next(events);
      List<JsonNode> answers = lines(ann.post("/api/commands",
          "{\"type\":\"message:send\",\"id\":1,\n\"room\":\"a\",\"data\":{\"content\":\"on two lines\"}}\n"));
      assertThat(answers).singleElement().matches(answer -> answer.path("type").asText().equals("ack"));
      assertThat(next(events, "message:new").data().path("content").asText()).isEqualTo("on two lines");
      answers = lines(
          ann.post("/api/commands", "{\"type\":\"history\",\"id\":1,\"room\":\"a\"}\n{\"type\":\"room:join\",\"id\":2,\"room\":\"a\"}\n"
              + "{\"type\":\"message:send\",\"room\":\"a\",\"data\":{}}\n{\"type\":\"nonsense\"}\nnonsense"));
      assertThat(answers.stream().map(answer -> answer.path("type").asText() + answer.path("data").path("code").asText()))
          .containsExactly("ack", "errorbad_request", "errorbad_request", "errorbad_request");
      assertThat(answers.get(2).has("id")).isFalse();
    }
    assertThat(ann.post("/api/commands", "\n").statusCode()).isEqualTo(400);
  }

  @Test
  void aConnectionIsItsUsersAloneAndUnknownOnesAreNotFound() {
    try (Caller.Answer events = open(""); Caller ben = caller(Jwt.user("ben"))) {
      String connection = next(events).data().path("connection").asText();
      String frame = "{\"type\":\"rooms:list\",\"id\":1}";
      assertThat(ben.post("/api/commands", frame, "Chorus-Connection", connection).statusCode()).isEqualTo(403);
      for (String unknown : List.of("nonsense", "x.nowhere", "x." + gateway.self.value()))
        assertThat(ann.post("/api/commands", frame, "Chorus-Connection", unknown).statusCode()).as(unknown).isEqualTo(404);
    }
  }

  @Test
  void commandsForAConnectionOfAnotherGatewayAreDoneThere() {
    NodeId elsewhere = new NodeId("elsewhere");
    gateway.on(() -> gateway.bus().serve(Addresses.gateway(elsewhere),
        message -> message instanceof Say say && say.connection().equals("word.elsewhere") && say.user().value().equals("ann")
            ? Future.succeededFuture(new Said(say.envelopes()))
            : Future.failedFuture(new AssertionError(message.toString()))));
    gateway.does(() -> {
      gateway.cluster.joined(elsewhere, EnumSet.of(Role.GATEWAY));
      gateway.cluster.says(elsewhere, MemberState.SERVING);
    });
    assertThat(ann.post("/api/commands", "{\"echo\":1}\n{\"echo\":2}", "Chorus-Connection", "word.elsewhere").body())
        .isEqualTo("{\"echo\":1}\n{\"echo\":2}\n");
  }

  @Test
  void asNdjsonEachLineIsAnEnvelope() {
    TestClient ben = gateway.connect("ben");
    ben.join("a");
    String cursor;
    try (Caller.Answer events = open("?rooms=a", "Accept", "application/x-ndjson")) {
      assertThat(events.head.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
      assertThat(json(events.line()).path("type").asText()).isEqualTo("welcome");
      ben.say("a", "1");
      JsonNode line = json(events.line());
      while (!line.path("type").asText().equals("message:new"))
        line = json(events.line());
      assertThat(line.path("data").path("content").asText()).isEqualTo("1");
      cursor = line.path("cursor").asText();
    }
    ben.say("a", "2");
    try (Caller.Answer events = open("?rooms=a&after=" + cursor, "Accept", "application/x-ndjson")) {
      JsonNode line = json(events.line());
      while (!line.path("type").asText().equals("message:new"))
        line = json(events.line());
      assertThat(line.path("seq").asInt()).isEqualTo(2);
    }
  }

  @Test
  void whatCannotBeOpenedIsRefusedWithAStatus() {
    String many = String.join(",", IntStream.range(0, 51).mapToObj(i -> "r" + i).toList());
    assertThat(open("?rooms=" + many).head.statusCode()).isEqualTo(413);
    assertThat(open("?rooms=a%20b").head.statusCode()).isEqualTo(400);
    assertThat(open("?rooms=a&after=%25").head.statusCode()).isEqualTo(400);
    try (Caller limited = caller(Jwt.of("{\"sub\":\"eve\",\"rooms\":[\"x-*\"]}")); Caller nobody = caller(null)) {
      Caller.Answer refused = limited.open("GET", "/api/sse/events?rooms=x-1,a", null);
      assertThat(refused.head.statusCode()).isEqualTo(403);
      assertThat(json(refused.rest()).path("error").path("code").asText()).isEqualTo("forbidden");
      assertThat(nobody.get("/api/sse/events?rooms=a").statusCode()).isEqualTo(401);
      try (Caller.Answer browser = nobody.open("GET", "/api/sse/events?access_token=" + Jwt.user("zoe"), null)) {
        assertThat(next(browser).data().path("user").asText()).isEqualTo("zoe");
      }
    }
    List<Caller.Answer> most = Stream.generate(() -> open("")).limit(MOST).toList();
    most.forEach(answer -> assertThat(answer.head.statusCode()).isEqualTo(200));
    assertThat(open("").head.statusCode()).isEqualTo(429);
    most.forEach(Caller.Answer::close);
  }

  @Test
  void aMessageByARequestEndsTheTyping() {
    TestClient ben = gateway.connect("ben");
    ben.join("a");
    TestClient typist = gateway.connect("ann");
    typist.join("a");
    typist.ask("typing:start", "a", "{}");
    ben.expect("typing:start");
    assertThat(ann.post("/api/rooms/a/messages", "{\"content\":\"done\"}").statusCode()).isEqualTo(200);
    assertThat(ben.expect("typing:stop").path("data").path("users").path(0).path("user").asText()).isEqualTo("ann");
  }

  @Test
  void anAdminEndsItWithAWord() {
    try (Caller.Answer events = open("?rooms=a"); Caller root = caller(Jwt.admin("root"))) {
      next(events, "ack");
      assertThat(root.other("DELETE", "/api/users/ann/connections").statusCode()).isEqualTo(200);
      Heard end = next(events, "close");
      assertThat(end.data().path("status").asInt()).isEqualTo(4409);
      assertThat(end.data().path("code").asText()).isEqualTo("replaced");
      assertThat(events.rest()).isEmpty();
    }
  }

  @Test
  void aSlowReaderMissesNothing() {
    TestClient ben = TestClient.open(gateway.address(""), TestClient.builder().header("Authorization", "Bearer " + Jwt.admin("ben")), true);
    ben.expect("welcome");
    ben.join("a");
    String big = "x".repeat(30_000);
    try (Caller.Answer events = open("?rooms=a")) {
      next(events, "ack");
      for (int i = 1; i <= 200; i++)
        ben.say("a", i + big);
      for (int i = 1; i <= 200; i++) {
        JsonNode envelope = next(events, "message:new").envelope;
        assertThat(envelope.path("seq").asInt()).isEqualTo(i);
        assertThat(envelope.path("data").path("content").asText().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(30_000);
      }
    }
  }
}
