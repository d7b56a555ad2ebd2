package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.Activity;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence.Status;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people say of themselves in passing, and that clients see the truth of it whatever is lost between gateway and owner. */
final class CollaborationTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final RoomId HALL = new RoomId("hall");
  private TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void restartImpatient() {
    gateway.close();
    gateway = TestGateway.impatient();
  }

  private Here of(RoomId room, String user) {
    return gateway.get(() -> gateway.presence.rooms.get(room).values().stream().filter(here -> here.user().value().equals(user)).findFirst()
        .orElseThrow());
  }

  private TestClient in(String user, String... rooms) {
    TestClient client = gateway.connect(user);
    for (String room : rooms)
      client.join(room);
    return client;
  }

  private static Item person(String user, String status) {
    String json = "{\"user\":\"" + user + "\",\"status\":\"" + status + "\",\"devices\":[\"desktop\"]}";
    return new Item(new UserId(user), json.getBytes(StandardCharsets.UTF_8));
  }

  private void tell(NodeId owner, String type, Item item, long version, long prev) {
    gateway.does(() -> gateway.presence.tell(event(owner, type, item, version, prev)));
  }

  private static EphemeralFanout event(NodeId owner, String type, Item item, long version, long prev) {
    return new EphemeralFanout(owner, List.of(new RoomEphemeral(LOBBY, type, "users", List.of(item), version, prev, true)));
  }

  @Test
  void withoutARoomAnUpdateHoldsForAllRoomsAndWithOneForThatAlone() {
    TestClient ann = in("ann", "lobby", "hall");
    ann.ask("presence:update", null, "{\"status\":\"BUSY\",\"metadata\":{\"mood\":\"good\"},\"device\":\"tablet\"}");
    Until.holds(() -> of(LOBBY, "ann").status() == Status.BUSY && of(HALL, "ann").status() == Status.BUSY);
    assertThat(of(HALL, "ann")).returns("tablet", Here::device).returns("{\"mood\":\"good\"}", Here::metadata);
    ann.ask("presence:update", "lobby", "{\"status\":\"AWAY\",\"hidden\":true}");
    Until.holds(() -> of(LOBBY, "ann").hidden());
    assertThat(of(LOBBY, "ann")).returns(Status.AWAY, Here::status).returns("{\"mood\":\"good\"}", Here::metadata);
    assertThat(of(HALL, "ann")).returns(Status.BUSY, Here::status).returns(false, Here::hidden);
    ann.join("later");
    assertThat(of(new RoomId("later"), "ann").status()).as("also in rooms that come later").isEqualTo(Status.BUSY);
    ann.ask("presence:update", null, "{\"lastSeen\":\"nobody\"}");
    assertThat(gateway.get(() -> gateway.presence.choices)).singleElement().returns(false, choice -> choice.everyone());
  }

  @Test
  void whoSendsOnlyHeartbeatsIsAwayAfterFiveMinutesAndBackWithTheNextFrameButWhatWasSetStays() {
    TestClient ann = in("ann", "lobby");
    TestClient ben = in("ben", "lobby");
    ben.ask("presence:update", null, "{\"status\":\"BUSY\"}");
    for (int i = 0; i < 6; i++) {
      gateway.clock.pass(55_000);
      ann.ask("heartbeat", null, "{\"at\":1}");
      ann.call("delivery:ack", "lobby", "{\"seq\":0}");
      ben.ask("heartbeat", null, "{\"at\":1}");
    }
    Until.holds(() -> of(LOBBY, "ann").status() == Status.AWAY);
    assertThat(of(LOBBY, "ben").status()).isEqualTo(Status.BUSY);
    ann.ask("history", "lobby", "{}");
    Until.holds(() -> of(LOBBY, "ann").status() == Status.ONLINE);
  }

  @Test
  void aFloodOfCursorsIsMergedAndNotCountedAndTheLastPositionArrives() {
    TestClient ann = in("ann", "lobby");
    StringBuilder flood = new StringBuilder();
    for (int i = 1; i <= 2_000; i++)
      flood.append("{\"type\":\"cursor:move\",\"room\":\"lobby\",\"data\":{\"x\":").append(i).append(",\"y\":-1}}\n");
    ann.raw(flood.toString());
    Until.holds(() -> gateway
        .get(() -> !gateway.presence.cursors.isEmpty() && gateway.presence.cursors.getLast().position().x() == 2_000));
    assertThat(gateway.get(() -> gateway.presence.cursors)).hasSizeLessThan(1_000).extracting(CursorMove::room).containsOnly(LOBBY);
    assertThat(ann.rest("error")).isEmpty();
    TestClient stranger = gateway.connect("stranger");
    for (String type : List.of("cursor:move", "activity:update", "presence:update")) {
      JsonNode refused = stranger.call(type, "lobby", "{\"x\":1,\"y\":1,\"activity\":\"IDLE\"}");
      assertThat(refused.path("data").path("code").asText()).as(type).isEqualTo("not_member");
    }
  }

  @Test
  void aCursorThatHadToWaitForItsTurnDoesNotUndoOneThatCameAfterIt() {
    restartImpatient();
    TestClient ann = in("ann", "lobby");
    gateway.does(() -> gateway.presence.gate = Promise.promise());
    ann.raw(String.join("\n", TestClient.frame(71, "room:join", "lobby", "{}"),
        TestClient.frame(72, "cursor:move", "lobby", "{\"x\":1,\"y\":1}"),
        TestClient.frame(73, "cursor:move", "lobby", "{\"x\":2,\"y\":1}")));
    for (int id = 71; id <= 73; id++)
      assertThat(ann.answer(id).path("type").asText()).isEqualTo("ack");
    ann.raw(TestClient.frame(74, "activity:update", "lobby", "{\"activity\":\"IDLE\"}"));
    Until.holds(() -> gateway.get(() -> !gateway.presence.activities.isEmpty()));
    assertThat(gateway.get(() -> List.copyOf(gateway.presence.cursors))).extracting(move -> move.position().x()).containsExactly(2.0);
  }

  @Test
  void whoLetsNobodyKnowAnyMoreWhenTheyWereSeenIsShownSo() {
    TestClient ann = in("ann", "lobby");
    long version = ann.join("lobby").path("version").asLong();
    String shared = "{\"user\":\"yan\",\"status\":\"ONLINE\",\"devices\":[\"desktop\"],\"lastSeen\":5}";
    tell(gateway.other, "user:join", new Item(new UserId("yan"), shared.getBytes(StandardCharsets.UTF_8)), version + 1, version);
    ann.expect("user:join");
    tell(gateway.other, "presence:update", person("yan", "ONLINE"), version + 2, version + 1);
    assertThat(ann.expect("presence:update").path("data").path("users").get(0).has("lastSeen")).isFalse();
  }

  @Test
  void anEventThatWasLostIsMadeGood() {
    TestClient ann = in("ann", "lobby");
    long version = ann.join("lobby").path("version").asLong();
    // Of zoe's coming nothing is heard; the next event says that there was one before it. At once: the gateway compares every few seconds, and would find her by itself.
    gateway.does(() -> {
      gateway.presence.rooms.get(LOBBY).put("c-zoe", new Here("c-zoe", new UserId("zoe"), null, "desktop", false));
      gateway.presence.keep = true;
      gateway.presence.tell(event(gateway.other, "user:join", person("yan", "ONLINE"), version + 20, version + 10));
    });
    assertThat(ann.expect("user:join").findValuesAsText("user")).containsExactly("yan");
    assertThat(ann.await(frame -> frame.toString().contains("zoe")).path("type").asText()).isEqualTo("user:join");
    assertThat(ann.await(frame -> frame.toString().contains("yan")).path("type").asText()).as("whom the owner does not know")
        .isEqualTo("user:leave");
  }

  @Test
  void onlyTheOwnerIsHeardAndNobodyJoinsTwiceOrLeavesUnseen() {
    TestClient ann = in("ann", "lobby");
    long version = ann.join("lobby").path("version").asLong();
    tell(new NodeId("zombie"), "user:leave", person("ann", "ONLINE"), version + 1, version);
    tell(gateway.other, "user:leave", person("nobody", "ONLINE"), version + 2, version);
    tell(gateway.other, "user:join", person("yan", "ONLINE"), version + 3, version + 2);
    tell(gateway.other, "user:join", person("yan", "ONLINE"), version + 4, version + 3);
    tell(gateway.other, "user:join", person("yan", "BUSY"), version + 5, version + 4);
    JsonNode update = ann.expect("presence:update");
    assertThat(update.path("data").path("version").asLong()).isEqualTo(version + 5);
    assertThat(ann.rest("user:join")).singleElement().matches(frame -> frame.path("data").path("version").asLong() == version + 3);
    assertThat(ann.rest("user:leave")).isEmpty();
  }

  @Test
  void aNewOwnerHearsWhomTheClientsSee() {
    TestClient ann = in("ann", "lobby");
    long version = ann.join("lobby").path("version").asLong();
    tell(gateway.other, "user:join", person("far", "ONLINE"), version + 1, version);
    ann.expect("user:join");
    gateway.does(() -> gateway.presence.announcements.clear());
    gateway.movePresence();
    Until.holds(() -> gateway.get(() -> gateway.presence.announcements.stream().flatMap(said -> said.rooms().stream())
        .anyMatch(room -> room.full() && shown(room).contains("far") && room.shownVersion() == version + 1)));
    assertThat(ann.expect("user:leave").findValuesAsText("user")).as("the new owner's snapshot names nobody else").containsExactly("far");
  }

  @Test
  void aNewOwnerHearsWhatPeopleDoAndWhenItHasHeardEverything() {
    TestClient ann = in("ann", "lobby", "hall");
    ann.ask("activity:update", "lobby", "{\"activity\":\"EDITING\",\"details\":{\"page\":3}}");
    Until.holds(() -> gateway.get(() -> gateway.presence.activities.size()) == 1);
    gateway.does(() -> {
      gateway.presence.activities.clear();
      gateway.presence.announcements.clear();
      gateway.presence.cameOver.clear();
    });
    gateway.movePresence();
    long ring = gateway.cluster.ring(Role.PRESENCE).fingerprint();
    Until.holds(() -> gateway.get(() -> gateway.presence.cameOver.stream().anyMatch(said -> said.ring() == ring)));
    assertThat(gateway.get(() -> gateway.presence.announcements.stream().flatMap(said -> said.rooms().stream()).map(RoomPresence::room)
        .toList())).as("before it was told that this was all").contains(LOBBY, HALL);
    Until.holds(() -> gateway.get(() -> gateway.presence.activities.stream().anyMatch(
        said -> said.room().equals(LOBBY) && said.activity() == Activity.EDITING && "{\"page\":3}".equals(said.details()))));
  }

  @Test
  void anOwnerThatSeesAnotherRingIsToldAgainThatItHasHeardEverything() {
    in("ann", "lobby");
    gateway.does(() -> {
      gateway.presence.cameOver.clear();
      gateway.presence.otherRing = true;
    });
    gateway.movePresence();
    Until.holds(() -> gateway.get(() -> gateway.presence.cameOver.size()) >= 2);
    gateway.does(() -> {
      gateway.presence.cameOver.clear();
      gateway.presence.otherRing = false;
    });
    Until.holds(() -> gateway.get(() -> gateway.presence.cameOver.size()) == 1);
  }

  private static List<String> shown(RoomPresence room) {
    return room.shown().stream().map(presence -> presence.user().value()).collect(Collectors.toList());
  }
}
