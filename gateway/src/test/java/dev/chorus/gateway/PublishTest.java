package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.PublicAddress;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Json;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events of other programs, by HTTP and by the bus, and presence for those without a socket. */
final class PublishTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private final TestGateway gateway = TestGateway.start();
  private final Caller admin = caller(Jwt.admin("root"));

  @AfterEach
  void stop() {
    admin.close();
    gateway.close();
  }

  private Caller caller(String token) {
    return new Caller(path -> URI.create("http://127.0.0.1:" + gateway.port() + path), token);
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return Json.read(answer.body());
  }

  @Test
  void anEventForARoomReachesEverybodyInItAndOneForAUserAllTheirConnections() {
    TestClient ann = gateway.connect("ann");
    TestClient again = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    ann.join("lobby");
    ben.join("lobby");
    assertThat(admin.post("/api/publish", "{\"room\":\"lobby\",\"type\":\"deploy\",\"data\":{\"n\":1.5,\"a\":[\"é\"]}}").statusCode())
        .isEqualTo(200);
    for (TestClient each : List.of(ann, ben)) {
      JsonNode event = each.expect("deploy");
      assertThat(event.path("room").asText()).isEqualTo("lobby");
      assertThat(event.path("data").toString()).isEqualTo("{\"n\":1.5,\"a\":[\"é\"]}");
    }
    assertThat(again.rest("deploy")).as("not in the room").isEmpty();
    assertThat(request("{\"user\":\"ann\",\"type\":\"app:hint\",\"data\":{}}").encode()).isEqualTo("{}");
    assertThat(ann.expect("app:hint").has("room")).isFalse();
    again.expect("app:hint");
    assertThat(ben.rest("app:hint")).isEmpty();
  }

  private JsonObject request(String body) {
    return TestGateway.await(gateway.vertx.eventBus().<JsonObject>request(PublicAddress.EVENTS, new JsonObject(body))).body();
  }

  @Test
  void whatMayNotBePublishedIsRefusedByBothWays() throws Exception {
    for (String body : List.of("{\"type\":\"x\",\"data\":{}}", "{\"room\":\"a\",\"user\":\"b\",\"type\":\"x\",\"data\":{}}",
        "{\"room\":\"a b\",\"type\":\"x\",\"data\":{}}", "{\"room\":\"a\",\"type\":\"message:new\",\"data\":{}}",
        "{\"room\":\"a\",\"type\":\"user:join\",\"data\":{}}", "{\"room\":\"a\",\"type\":\"x\\ny\",\"data\":{}}",
        "{\"room\":\"a\",\"type\":\"x\"}", "{\"room\":\"a\",\"type\":\"x\",\"data\":[]}")) {
      HttpResponse<String> answer = admin.post("/api/publish", body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(json(answer).path("error").path("code").asText()).isEqualTo("bad_request");
      assertThatThrownBy(() -> request(body)).as(body).isInstanceOfSatisfying(IllegalStateException.class,
          e -> assertThat(e.getCause()).isInstanceOfSatisfying(ReplyException.class, refusal -> {
            assertThat(refusal.failureCode()).isEqualTo(400);
            assertThat(refusal.getMessage()).startsWith("bad_request: ");
          }));
    }
    String large = "{\"room\":\"a\",\"type\":\"x\",\"data\":{\"t\":\"" + "x".repeat(70_000) + "\"}}";
    assertThat(admin.post("/api/publish", large).statusCode()).isEqualTo(413);
    try (Caller ann = caller(Jwt.user("ann"))) {
      assertThat(ann.post("/api/publish", "{\"room\":\"a\",\"type\":\"x\",\"data\":{}}").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void whoHasNoSocketIsInTheRoomAsLongAsTheySaySo() throws Exception {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    TestClient member = gateway.connect("web");
    member.join("lobby");
    member.close();
    Until.holds(() -> gateway.get(() -> gateway.presence.gone.size()) == 1);
    try (Caller web = caller(Jwt.user("web")); Caller stranger = caller(Jwt.user("stranger"))) {
      assertThat(web.post("/api/rooms/lobby/presence", "{\"status\":\"BUSY\",\"device\":\"web\"}").statusCode()).isEqualTo(200);
      Until.holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).stream().anyMatch(who -> who.user().value().equals("web"))));
      ann.await(frame -> frame.path("type").asText().equals("user:join") && frame.toString().contains("\"device"));
      assertThat(json(web.get("/api/rooms/lobby/presence")).path("participants").findValuesAsText("user")).contains("ann", "web");
      assertThat(web.post("/api/rooms/lobby/typing", "{\"typing\":true,\"agentId\":\"bot\"}").statusCode()).isEqualTo(200);
      Until.holds(() -> gateway.get(() -> gateway.presence.typing.stream()
          .anyMatch(typing -> typing.user().equals(new UserId("web")) && typing.on() && "bot".equals(typing.agentId()))));
      assertThat(json(web.get("/api/rooms/lobby/typing")).path("users").isArray()).isTrue();
      assertThat(web.post("/api/rooms/lobby/typing", "{}").statusCode()).isEqualTo(400);
      assertThat(web.post("/api/rooms/lobby/presence", "{\"status\":\"asleep\"}").statusCode()).isEqualTo(400);
      for (String path : List.of("/api/rooms/lobby/presence", "/api/rooms/lobby/typing"))
        assertThat(stranger.get(path).statusCode()).as(path).isEqualTo(403);
      gateway.clock.pass(80_000);
      Until
          .holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).stream().noneMatch(who -> who.user().value().equals("web"))));
    }
  }
}
