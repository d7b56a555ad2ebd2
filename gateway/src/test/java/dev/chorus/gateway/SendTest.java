package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.RoomOwner;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages on their way to the owners of their rooms, also while these come and go. */
final class SendTest {
  private static final int BURST = 1_001;
  private static final int BURST_ID = 5_000;
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private List<String> contents(String room) {
    return gateway.get(
        () -> gateway.logs.of(new RoomId(room)).entries.stream().map(entry -> new String(entry, java.nio.charset.StandardCharsets.UTF_8))
            .map(entry -> entry.replaceAll(".*\"content\":\"([^\"]*)\".*", "$1")).toList());
  }

  @Test
  void aSecondSendWithTheSameClientIdGetsTheFirstAck() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    JsonNode first = ann.ask("message:send", "lobby", "{\"content\":\"x\",\"clientId\":\"one\"}");
    JsonNode second = ann.ask("message:send", "lobby", "{\"content\":\"x\",\"clientId\":\"one\"}");
    assertThat(first.path("duplicate").asBoolean()).isFalse();
    assertThat(second.path("duplicate").asBoolean()).isTrue();
    assertThat(second.path("messageId")).isEqualTo(first.path("messageId"));
  }

  @Test
  void whoIsNoMemberMayNotSend() {
    assertThat(gateway.connect("ann").call("message:send", "lobby", "{\"content\":\"x\"}").path("data").path("code").asText())
        .isEqualTo("not_member");
  }

  @Test
  void orderHoldsWhileRoomsMoveToOtherOwners() {
    // Nobody's patience ends meanwhile, however slow the machine is.
    gateway.clock.freeze();
    TestClient root = gateway.enter(Jwt.admin("root"));
    List<String> rooms = IntStream.range(0, 8).mapToObj(i -> "room" + i).toList();
    rooms.forEach(root::join);
    for (int i = 0; i < 300; i++) {
      for (String room : rooms)
        root.send("message:send", room, "{\"content\":\"" + i + "\"}");
      if (i == 100)
        gateway.addDelivery("delivery-3");
      if (i == 200)
        gateway.cluster.left(new dev.chorus.model.NodeId("delivery-1"));
    }
    List<String> expected = IntStream.range(0, 300).mapToObj(String::valueOf).toList();
    for (String room : rooms) {
      Until.holds(() -> contents(room).size() == 300);
      assertThat(contents(room)).isEqualTo(expected);
      // What the old owner committed after the gateway had announced itself to the new one comes with the digest.
      gateway.does(() -> gateway.owner(room).digest());
      for (int seq = 1; seq <= 300; seq++) {
        int wanted = seq;
        root.await(frame -> frame.path("room").asText().equals(room) && frame.path("seq").asInt() == wanted);
      }
    }
    assertThat(root.rest("message:new")).isEmpty();
    assertThat(root.rest("error")).isEmpty();
  }

  @Test
  void aSendWithoutAnyOwnerIsUnavailableAfterThreeSecondsAndNotBefore() {
    gateway.clock.freeze();
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    gateway.delivery.keySet().forEach(gateway.cluster::left);
    int send = ann.send("message:send", "lobby", "{\"content\":\"x\"}");
    assertThat(ann.rest("error")).isEmpty();
    gateway.clock.pass(3_100);
    JsonNode error = ann.answer(send).path("data");
    assertThat(error.path("code").asText()).isEqualTo("unavailable");
    assertThat(error.path("retryable").asBoolean()).isTrue();
  }

  @Test
  void anUnknownOutcomeIsNotRepeatedButTold() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    RoomOwner owner = gateway.owner("lobby");
    gateway.does(() -> owner.failure = Refusal.of(ErrorCode.TIMEOUT, "No answer came in time."));
    JsonNode error = ann.call("message:send", "lobby", "{\"content\":\"x\"}").path("data");
    assertThat(error.path("code").asText()).isEqualTo("timeout");
    gateway.does(() -> owner.failure = null);
    assertThat(ann.say("lobby", "y").path("seq").asLong()).isEqualTo(1);
  }

  @Test
  void whatComesTogetherTravelsTogether() {
    TestClient root = gateway.enter(Jwt.admin("root"));
    root.join("lobby");
    StringBuilder packed = new StringBuilder();
    for (int i = 0; i < 100; i++)
      packed.append(TestClient.frame(1000 + i, "message:send", "lobby", "{\"content\":\"" + i + "\"}")).append('\n');
    root.raw(packed.toString());
    for (int i = 0; i < 100; i++)
      assertThat(root.answer(1000 + i).path("data").path("seq").asInt()).isEqualTo(i + 1);
    assertThat(gateway.get(() -> gateway.owner("lobby").batches.size())).isLessThan(10);
  }

  /** As many as one client can have under way at once, in as few WebSocket messages as they fit into. */
  private static void burst(TestClient client, String room, int count) {
    StringBuilder packed = new StringBuilder();
    for (int i = 0; i < count; i++)
      packed.append(TestClient.frame(BURST_ID + i, "message:send", room, "{\"content\":\"" + i + "\",\"clientId\":\"b" + i + "\"}"))
          .append('\n');
    client.raw(packed.toString());
  }

  @Test
  void aBurstBehindASlowOwnerIsAllStoredInItsOrder() {
    gateway.clock.freeze();
    TestClient root = gateway.enter(Jwt.admin("root"));
    root.join("lobby");
    RoomOwner owner = gateway.owner("lobby");
    gateway.does(() -> owner.holdsSends = true);
    burst(root, "lobby", BURST);
    int turns = 0;
    while (gateway.get(() -> gateway.logs.of(new RoomId("lobby")).head()) < BURST) {
      gateway.clock.pass(1_000);
      Until.holds(() -> gateway.get(owner::letOne));
      assertThat(++turns).as("batches").isLessThan(8);
    }
    for (int i = 0; i < BURST; i++)
      assertThat(root.answer(BURST_ID + i).path("data").path("seq").asInt()).isEqualTo(i + 1);
    assertThat(turns).as("it took longer than anybody waits where nothing goes on").isGreaterThan(3);
  }

  @Test
  void behindAnOwnerThatHangsEverySendIsToldToTryAgainAndARepeatIsDoneOnce() {
    gateway.clock.freeze();
    TestClient root = gateway.enter(Jwt.admin("root"));
    root.join("lobby");
    RoomOwner owner = gateway.owner("lobby");
    gateway.does(() -> owner.holdsSends = true);
    burst(root, "lobby", BURST);
    Until.holds(() -> gateway.get(() -> !owner.batches.isEmpty()));
    gateway.clock.pass(4_000);
    int unknown = 0;
    for (int i = 0; i < BURST; i++) {
      JsonNode error = root.answer(BURST_ID + i).path("data");
      assertThat(error.path("retryable").asBoolean()).as("answer %d: %s", i, error).isTrue();
      assertThat(error.path("code").asText()).isIn("timeout", "unavailable");
      unknown += error.path("code").asText().equals("timeout") ? 1 : 0;
    }
    int underWay = gateway.get(() -> owner.batches.stream().mapToInt(batch -> batch.messages().size()).sum());
    assertThat(unknown).as("of what was given to the owner nobody knows; the rest was surely not done").isEqualTo(underWay);
    gateway.does(() -> {
      owner.holdsSends = false;
      while (owner.letOne()) {
        // Late, but done.
      }
    });
    burst(root, "lobby", BURST);
    for (int i = 0; i < BURST; i++)
      assertThat(root.answer(BURST_ID + i).path("data").path("duplicate").asBoolean()).isEqualTo(i < underWay);
    assertThat(contents("lobby")).isEqualTo(IntStream.range(0, BURST).mapToObj(String::valueOf).toList());
  }
}
