package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.ConnectionsEnded;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.ReceiptFanout;
import dev.chorus.bus.GatewayMessage.Redelivery;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.GatewayMessage.RoomNotice;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.bus.TrackingMessage.Mark;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.RoomOwner;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import dev.chorus.protocol.Json;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Edits, marks, receipts, redelivery and what waits, as clients see them and as the rooms' owners hear of them. */
final class DeliveryTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private RoomOwner owner() {
    return gateway.owner("lobby");
  }

  private void say(String room, int messages) {
    gateway.does(() -> {
      for (int i = 0; i < messages; i++)
        gateway.owner(room).say(room, "zoe", "m" + i);
    });
  }

  private void tell(GatewayMessage message) {
    gateway.does(() -> gateway.bus().tell(Addresses.gateway(gateway.self), message));
  }

  private static byte[] status(String messageId) {
    return EventCodec.event(new Event.MessageStatus(messageId, 1, ANN, "FAILED", "timeout", 1), LOBBY, null);
  }

  @Test
  void editsAndDeletionsAreEntriesInTheOrderSent() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.raw(TestClient.frame(101, "message:send", "lobby", "{\"content\":\"a\"}") + "\n"
        + TestClient.frame(102, "message:edit", "lobby", "{\"messageId\":\"m1\",\"content\":\"b\",\"metadata\":{\"x\":1}}") + "\n"
        + TestClient.frame(103, "message:delete", "lobby", "{\"messageId\":\"m1\"}"));
    assertThat(ann.answer(102).path("data").toString()).isEqualTo("{\"seq\":2,\"at\":2}");
    assertThat(ann.answer(103).path("data").toString()).isEqualTo("{\"seq\":3,\"at\":3}");
    assertThat(ann.expect("message:update").path("data").path("content").asText()).isEqualTo("b");
    assertThat(ann.expect("message:delete").path("seq").asLong()).isEqualTo(3);
  }

  @Test
  void anAtMostOnceMessageOfUnknownFateIsNotToBeRepeated() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    assertThat(ann.ask("message:send", "lobby", "{\"content\":\"a\",\"guarantee\":\"at-most-once\"}").path("seq").isNull()).isTrue();
    gateway.does(() -> owner().failure = Refusal.of(ErrorCode.TIMEOUT, "No answer came in time."));
    JsonNode error = ann.call("message:send", "lobby", "{\"content\":\"a\",\"guarantee\":\"at-most-once\"}").path("data");
    assertThat(error.path("code").asText()).isEqualTo("timeout");
    assertThat(error.path("retryable").asBoolean()).isFalse();
    assertThat(ann.call("message:send", "lobby", "{\"content\":\"a\"}").path("data").path("retryable").asBoolean()).isTrue();
  }

  @Test
  void aFloodOfMarksIsMergedBeforeItCountsAndEachIsAnswered() {
    say("lobby", 500);
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    Promise<Void> gate = Promise.promise();
    gateway.does(() -> owner().markGate = gate.future());
    ann.send("delivery:ack", "lobby", "{\"seq\":1}");
    Until.holds(() -> !gateway.get(() -> owner().marks.isEmpty()));
    List<Integer> ids = new ArrayList<>();
    StringBuilder flood = new StringBuilder();
    for (int i = 2; i <= 500; i++) {
      ids.add(1000 + i);
      flood.append(TestClient.frame(1000 + i, i % 2 == 0 ? "delivery:ack" : "message:read", "lobby", "{\"seq\":" + i + "}")).append('\n');
    }
    ann.raw(flood.toString());
    ann.rest("ack");
    gateway.does(() -> {
      owner().markGate = io.vertx.core.Future.succeededFuture();
      gate.complete();
    });
    ids.forEach(id -> assertThat(ann.answer(id).path("type").asText()).isEqualTo("ack"));
    assertThat(gateway.<List<Mark>>get(() -> List.copyOf(owner().marks))).containsExactly(new Mark(LOBBY, ANN, 1L, null, null, null),
        new Mark(LOBBY, ANN, 500L, 499L, null, null));
  }

  @Test
  void aMarkAboveTheHeadIsRefusedAndTakesNoOtherWithIt() {
    say("lobby", 3);
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    Promise<Void> gate = Promise.promise();
    gateway.does(() -> owner().markGate = gate.future());
    List<Integer> ids = List.of(ann.send("delivery:ack", "lobby", "{\"seq\":1}"), ann.send("delivery:ack", "lobby", "{\"seq\":2}"),
        ann.send("delivery:ack", "lobby", "{\"seq\":4}"), ann.send("message:read", "lobby", "{\"seq\":3}"));
    ann.rest("ack");
    gateway.does(gate::complete);
    assertThat(ids.stream().map(id -> ann.answer(id).path("type").asText())).containsExactly("ack", "ack", "error", "ack");
  }

  @Test
  void whoAsksForARecordAfterAMarkIsAnsweredAfterTheMark() {
    say("lobby", 1);
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    Promise<Void> gate = Promise.promise();
    gateway.does(() -> owner().markGate = gate.future());
    int read = ann.send("message:read", "lobby", "{\"seq\":1}");
    int status = ann.send("delivery:status", "lobby", "{\"messageId\":\"m1\"}");
    assertThat(ann.rest("ack")).isEmpty();
    assertThat(gateway.get(() -> owner().asked)).isZero();
    gateway.does(gate::complete);
    assertThat(ann.answer(read).path("type").asText()).isEqualTo("ack");
    assertThat(ann.answer(status).path("data").path("status").asText()).isEqualTo("SENT");
  }

  @Test
  void theOwnerIsToldWhoIsConnectedAndWhetherTheyAcknowledge() {
    TestClient ann = gateway.connect("ann");
    TestClient second = gateway.connect("ann");
    ann.join("lobby");
    awaitConnected("[lobby/ann=Connected[user=ann, acks=false]]");
    second.ask("room:join", "lobby", "{\"acks\":true}");
    awaitConnected("[lobby/ann=Connected[user=ann, acks=true]]");
    second.join("lobby");
    awaitConnected("[lobby/ann=Connected[user=ann, acks=false]]");
    gateway.connect("ben").join("lobby");
    awaitConnected("[lobby/ann=Connected[user=ann, acks=false], lobby/ben=Connected[user=ben, acks=false]]");
    ann.breakOff();
    second.ask("room:leave", "lobby", "{}");
    awaitConnected("[lobby/ben=Connected[user=ben, acks=false]]");
  }

  private void awaitConnected(String all) {
    Until.holds(() -> gateway.get(() -> owner().connected.entrySet().toString()).equals(all));
  }

  @Test
  void receiptsGoToOthersNoticesToAllRedeliveriesToThoseWhoAcknowledge() {
    TestClient ann = gateway.connect("ann");
    TestClient silent = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    ann.ask("room:join", "lobby", "{\"acks\":true}");
    silent.join("lobby");
    ben.ask("room:join", "lobby", "{\"acks\":true}");
    Item mark = new Item(ANN, Json.bytes(new Event.Receipt.Mark(ANN, 2, 1, 5)));
    tell(new ReceiptFanout(List.of(new RoomEphemeral(LOBBY, "receipt", "users", List.of(mark), null, false))));
    tell(new NoticeFanout(List.of(new RoomNotice(LOBBY, EventCodec.event(new Event.ReadByAll(1), LOBBY, null)))));
    byte[] again = EventCodec.redelivered(EventCodec.event(new Event.MessageDelete("m1", 1, ANN, 1), LOBBY, 2L));
    tell(new RedeliveryFanout(List.of(new Redelivery(LOBBY, ANN, again))));
    tell(new UserFanout(List.of(new UserNotice(new UserId("ben"), status("m1")))));

    assertThat(ben.expect("receipt").toString())
        .isEqualTo(
            "{\"type\":\"receipt\",\"room\":\"lobby\",\"data\":{\"users\":[{\"user\":\"ann\",\"deliveredSeq\":2,\"readSeq\":1,\"at\":5}]}}");
    assertThat(ben.expect("message:status").path("data").path("reason").asText()).isEqualTo("timeout");
    for (TestClient each : List.of(ann, silent, ben))
      assertThat(each.expect("message:read-by-all").path("data").path("seq").asLong()).isEqualTo(1);
    assertThat(ann.expect("message:delete").path("redelivered").asBoolean()).isTrue();
    for (TestClient each : List.of(silent, ben))
      assertThat(each.rest("message:delete")).isEmpty();
    for (TestClient each : List.of(ann, silent))
      assertThat(each.rest("receipt")).isEmpty();
    assertThat(ann.rest("message:status")).isEmpty();
  }

  @Test
  void whoIsRemovedLeavesTheRoomOnAllConnectionsAndWhoIsEndedIsClosed() {
    TestClient ann = gateway.connect("ann");
    TestClient second = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    for (TestClient each : List.of(ann, second, ben))
      each.join("lobby");
    tell(new MemberRemoved(LOBBY, ANN));
    for (TestClient each : List.of(ann, second))
      assertThat(each.expect("room:left").path("data").path("reason").asText()).isEqualTo("removed");
    say("lobby", 1);
    ben.expect("message:new");
    assertThat(ann.rest("message:new")).isEmpty();
    tell(new ConnectionsEnded(ANN));
    assertThat(ann.closed().code()).isEqualTo(4409);
    assertThat(second.closed().code()).isEqualTo(4409);
    assertThat(ben.rest("room:left")).isEmpty();
  }

  @Test
  void whoForgetsARoomLeavesItOnTheOtherConnectionsToo() {
    TestClient ann = gateway.connect("ann");
    TestClient second = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    for (TestClient each : List.of(ann, second, ben))
      each.join("lobby");
    ann.ask("room:leave", "lobby", "{\"forget\":true}");
    assertThat(second.expect("room:left").path("data").path("reason").asText()).isEqualTo("left");
    say("lobby", 1);
    ben.expect("message:new");
    assertThat(second.rest("message:new")).isEmpty();
    assertThat(ann.rest("room:left")).isEmpty();
    assertThat(ben.rest("room:left")).isEmpty();
  }

  @Test
  void aDrainGivesAllThatWaitsRoomByRoomNamesWhatItLeavesOutAndGoesLive() {
    say("first", 1500);
    say("second", 10);
    gateway.does(() -> gateway.delivery.values().forEach(owner -> {
      owner.delivered.put(new RoomId("first"), 100L);
      owner.delivered.put(new RoomId("second"), 4L);
      owner.dropped = seq -> (seq > 300 && seq <= 1100) || seq == 10;
    }));
    TestClient ann = gateway.connect("ann");
    ann.ask("queue:drain", null, "{}");
    JsonNode empty = ann.expect("queue:empty");
    assertThat(empty.path("data").toString()).isEqualTo("{\"delivered\":605,\"dropped\":801}");

    List<JsonNode> heard = ann.heard();
    List<String> marks = heard.stream().filter(frame -> frame.path("type").asText().startsWith("room:"))
        .map(frame -> frame.path("room").asText() + " " + frame.path("type").asText() + " " + frame.path("data")).toList();
    assertThat(marks.getLast()).isEqualTo("second room:synced {\"seq\":10}");
    assertThat(marks).contains("first room:synced {\"seq\":1500}", "second room:skipped {\"from\":10,\"to\":10}");
    assertThat(seqs(heard, "first")).isEqualTo(LongStream.rangeClosed(101, 1500).filter(seq -> seq <= 300 || seq > 1100).boxed().toList());
    assertThat(named(heard, "first")).isEqualTo(LongStream.rangeClosed(301, 1100).boxed().toList());
    assertThat(seqs(heard, "second")).containsExactly(5L, 6L, 7L, 8L, 9L);
    int firstSynced = heard
        .indexOf(heard.stream().filter(frame -> frame.path("type").asText().equals("room:synced")).findFirst().orElseThrow());
    assertThat(seqs(heard.subList(0, firstSynced), "second")).as("one room after the other").isEmpty();

    say("first", 1);
    assertThat(ann.await(frame -> frame.path("seq").asLong() == 1501).path("room").asText()).isEqualTo("first");
  }

  @Test
  void aDrainOfNothingIsEmptyAndTooManyRoomsAreTooLarge() {
    TestClient ann = gateway.connect("ann");
    ann.ask("queue:drain", null, "{}");
    assertThat(ann.expect("queue:empty").path("data").toString()).isEqualTo("{\"delivered\":0,\"dropped\":0}");
    gateway.does(() -> gateway.delivery.values().forEach(owner -> {
      for (int i = 0; i < 501; i++) {
        RoomId room = new RoomId("r" + i);
        gateway.logs.of(room).append(ANN, RoomOwner.message("r" + i, "x", "c"));
        owner.delivered.put(room, 0L);
      }
    }));
    assertThat(ann.call("queue:drain", null, "{}").path("data").path("code").asText()).isEqualTo("too_large");
  }

  private static List<Long> seqs(List<JsonNode> frames, String room) {
    return frames.stream().filter(frame -> frame.has("seq") && frame.path("room").asText().equals(room))
        .map(frame -> frame.path("seq").asLong()).toList();
  }

  private static List<Long> named(List<JsonNode> frames, String room) {
    return frames.stream().filter(frame -> frame.path("type").asText().equals("room:skipped") && frame.path("room").asText().equals(room))
        .flatMap(frame -> LongStream.rangeClosed(frame.path("data").path("from").asLong(), frame.path("data").path("to").asLong()).boxed())
        .toList();
  }
}
