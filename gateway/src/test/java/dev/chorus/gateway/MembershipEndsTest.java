package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import io.vertx.core.Promise;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is no member of a room any more, or may not see it with their new token, sees nothing more of it, by whatever way they came. */
final class MembershipEndsTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");
  private static final StreamId STREAM = new StreamId("lobby~word");
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void annIsRemoved() {
    gateway.does(() -> gateway.bus().tell(Addresses.gateway(gateway.self), new MemberRemoved(LOBBY, ANN)));
  }

  private static String code(JsonNode error) {
    return error.path("data").path("code").asText();
  }

  @Test
  void whoIsRemovedWhileTheyAreOnTheirWayInDoesNotArrive() {
    TestClient ben = gateway.connect("ben");
    ben.join("lobby");
    TestClient ann = gateway.connect("ann");
    Promise<Void> gate = Promise.promise();
    int said = gateway.get(() -> {
      gateway.presence.gate = gate;
      return gateway.presence.announcements.size();
    });
    int join = ann.send("room:join", "lobby", "{}");
    Until.holds(() -> gateway.get(() -> gateway.presence.announcements.size() > said));
    annIsRemoved();
    gateway.does(gate::complete);
    assertThat(code(ann.answer(join))).isEqualTo("not_member");
    gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", "among members"));
    ben.expect("message:new");
    assertThat(ann.rest("message:new")).isEmpty();
    gateway.does(() -> gateway.presence.gate = null);
    ann.join("lobby");
  }

  /** Ann is a member, though not in the room on this connection, and follows what an agent says there. */
  private FakeStreaming.Log follow(TestClient ann) {
    ann.join("lobby");
    ann.ask("room:leave", "lobby", "{}");
    FakeStreaming.Log log = gateway.get(() -> gateway.streaming.stream(STREAM, LOBBY, new UserId("ben")));
    ann.ask("stream:attach", null, "{\"streamId\":\"lobby~word\"}");
    gateway.does(() -> log.text("one"));
    ann.expect("stream:chunk");
    return log;
  }

  private void hearsNoMore(TestClient ann, FakeStreaming.Log log) {
    TestClient ben = gateway.connect("ben");
    ben.ask("stream:attach", null, "{\"streamId\":\"lobby~word\",\"after\":1}");
    gateway.does(() -> log.text("two"));
    ben.expect("stream:chunk");
    assertThat(ann.rest("stream:chunk")).isEmpty();
  }

  @Test
  void whoIsRemovedHearsNoMoreOfTheRoomsStreamsAndIsToldSo() {
    TestClient ann = gateway.connect("ann");
    FakeStreaming.Log log = follow(ann);
    annIsRemoved();
    assertThat(code(ann.expect("error"))).isEqualTo("not_member");
    hearsNoMore(ann, log);
  }

  @Test
  void whoIsRemovedOnTheWayToAStreamOfTheRoomHearsNothingOfIt() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.ask("room:leave", "lobby", "{}");
    FakeStreaming.Log log = gateway.get(() -> gateway.streaming.stream(STREAM, LOBBY, new UserId("ben")));
    gateway.does(() -> log.text("one"));
    Promise<Void> gate = Promise.promise();
    int reads = gateway.get(() -> {
      gateway.streaming.readGate = gate.future();
      return gateway.streaming.reads;
    });
    ann.send("stream:attach", null, "{\"streamId\":\"lobby~word\"}");
    Until.holds(() -> gateway.get(() -> gateway.streaming.reads > reads));
    annIsRemoved();
    gateway.does(gate::complete);
    assertThat(code(ann.expect("error"))).isEqualTo("not_member");
    hearsNoMore(ann, log);
  }

  @Test
  void aTokenThatDoesNotAllowTheRoomShowsNoneOfItsStreams() {
    TestClient ann = gateway.connect("ann");
    FakeStreaming.Log log = follow(ann);
    ann.ask("auth", null, "{\"token\":\"" + Jwt.of("{\"sub\":\"ann\",\"rooms\":[\"team.*\"]}") + "\"}");
    assertThat(code(ann.expect("error"))).isEqualTo("forbidden");
    hearsNoMore(ann, log);
    assertThat(code(ann.call("stream:attach", null, "{\"streamId\":\"lobby~word\"}"))).isEqualTo("forbidden");
  }

  @Test
  void whoIsRemovedIsSeenThereNoMoreThoughTheyHaveNoSocket() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.ask("room:leave", "lobby", "{}");
    try (Caller web = new Caller(path -> URI.create("http://127.0.0.1:" + gateway.port() + path), Jwt.user("ann"))) {
      assertThat(web.post("/api/rooms/lobby/presence", "{}").statusCode()).isEqualTo(200);
      Until.holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).stream().anyMatch(who -> who.user().equals(ANN))));
      annIsRemoved();
      Until.holds(() -> gateway.get(() -> gateway.presence.participants(LOBBY).stream().noneMatch(who -> who.user().equals(ANN))));
    }
  }
}
