package dev.chorus.delivery;

import static dev.chorus.delivery.Messages.byAdmin;
import static dev.chorus.delivery.Messages.guaranteed;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Delete;
import dev.chorus.protocol.ClientFrame.Edit;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Json;
import dev.chorus.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChangingTest {
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(TestPostgres.fresh());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Append edit(String room, String user, String clientId, String messageId, String content, String metadata) {
    return new Append(new UserId(user), false, new Edit(new RoomId(room), messageId, content, clientId, metadata));
  }

  static Append delete(String room, String user, String clientId, String messageId) {
    return new Append(new UserId(user), false, new Delete(new RoomId(room), messageId, clientId));
  }

  private static List<JsonNode> log(String room) throws Exception {
    List<JsonNode> entries = new ArrayList<>();
    for (byte[] entry : node.read(room, 0, 100).entries())
      entries.add(Json.read(entry, 0, entry.length));
    return entries;
  }

  private static ErrorCode refusal(Append append) {
    return node.send(append).getFirst().problem().code();
  }

  @Test
  void anEditIsAnEntryAndTheMessageSaysWhatHoldsNow() throws Exception {
    node.join("e1", "ada");
    Ack.Sent sent = node.sent(Messages.metadata(message("e1", "ada", "m", "helo"), "{\"a\":1}"));
    Ack.Sent first = node.sent(edit("e1", "ada", "x", sent.messageId(), "hello", "{\"b\":2}"));
    Ack.Sent second = node.sent(edit("e1", "ada", "y", sent.messageId(), "hello!", null));
    assertThat(List.of(first.seq(), second.seq())).containsExactly(2L, 3L);
    assertThat(node.sent(edit("e1", "ada", "x", sent.messageId(), "something else", null))).isEqualTo(
        new Ack.Sent(first.messageId(), 2L, "SENT", first.at(), true));
    List<JsonNode> log = log("e1");
    assertThat(log).hasSize(3);
    JsonNode message = log.get(0).get("data");
    assertThat(message.get("content").textValue()).isEqualTo("hello!");
    assertThat(message.get("metadata").toString()).isEqualTo("{\"b\":2}");
    assertThat(message.get("edited").toString()).isEqualTo("{\"seq\":3,\"at\":" + second.at() + "}");
    assertThat(log.get(1).get("type").textValue()).isEqualTo("message:update");
    assertThat(log.get(1).get("data").toString()).isEqualTo("{\"messageId\":\"" + sent.messageId()
        + "\",\"target\":1,\"content\":\"hello\",\"metadata\":{\"b\":2},\"by\":\"ada\",\"at\":" + first.at() + "}");
  }

  @Test
  void aDeletionEmptiesTheMessageAndItsEdits() throws Exception {
    node.join("e2", "ada");
    Ack.Sent sent = node.sent(message("e2", "ada", "m", "secret"));
    node.sent(edit("e2", "ada", "x", sent.messageId(), "still secret", "{\"k\":1}"));
    Ack.Sent deleted = node.sent(delete("e2", "ada", "y", sent.messageId()));
    assertThat(deleted.seq()).isEqualTo(3);
    List<JsonNode> log = log("e2");
    assertThat(log.toString()).doesNotContain("secret").doesNotContain("\"k\"");
    assertThat(log.get(0).get("data").get("deleted").booleanValue()).isTrue();
    assertThat(log.get(0).get("data").get("content").textValue()).isEmpty();
    assertThat(log.get(2).get("data").toString())
        .isEqualTo("{\"messageId\":\"" + sent.messageId() + "\",\"target\":1,\"by\":\"ada\",\"at\":" + deleted.at() + "}");
    assertThat(refusal(edit("e2", "ada", "z", sent.messageId(), "again", null))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(delete("e2", "ada", "z2", sent.messageId()))).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void onlyItsSenderOrAnAdminChangesAMessage() {
    node.join("e3", "ada");
    node.join("e3", "bob");
    Ack.Sent sent = node.sent(message("e3", "ada", "m", "mine"));
    assertThat(refusal(edit("e3", "bob", "x", sent.messageId(), "yours", null))).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(refusal(edit("e3", "eve", "x", sent.messageId(), "hers", null))).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(refusal(edit("e3", "ada", "x", "nonsense", "x", null))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(edit("e3", "ada", "x", "other-1", "x", null))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refusal(edit("e3", "ada", "x", sent.messageId() + "0", "x", null))).isEqualTo(ErrorCode.NOT_FOUND);
    Append byAdmin = edit("e3", "root", "x", sent.messageId(), "moderated", null);
    assertThat(node.sent(byAdmin(byAdmin)).seq()).as("refusals take no number").isEqualTo(2);
  }

  @Test
  void changesInOneBatchHappenInTheirOrder() throws Exception {
    node.join("e4", "ada");
    Ack.Sent sent = node.sent(message("e4", "ada", "m", "one"));
    var verdicts = node.send(edit("e4", "ada", "1", sent.messageId(), "two", null), delete("e4", "ada", "2", sent.messageId()),
        edit("e4", "ada", "3", sent.messageId(), "three", null), message("e4", "ada", "4", "after"));
    assertThat(verdicts.get(2).problem().code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(List.of(verdicts.get(0).sent().seq(), verdicts.get(1).sent().seq(), verdicts.get(3).sent().seq())).containsExactly(2L, 3L,
        4L);
    assertThat(log("e4").toString()).doesNotContain("two").contains("after");
  }

  @Test
  void whatGoesOutLiveIsWhatTheLogSays() {
    node.join("e5", "ada");
    Ack.Sent sent = node.sent(message("e5", "ada", "m", "one"));
    DeliveryNode.Gateway gateway = node.gateway("g-change");
    node.watch(gateway, "e5");
    node.send(edit("e5", "ada", "1", sent.messageId(), "two", "{\"x\":[1]}"));
    assertThat(gateway.expect(RoomFanout.class).rooms().getFirst().entries()).usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(node.read("e5", 1, 10).entries());
    node.send(delete("e5", "ada", "2", sent.messageId()));
    assertThat(gateway.expect(RoomFanout.class).rooms().getFirst().entries()).usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(node.read("e5", 2, 10).entries());
  }

  @Test
  void whatIsSentAtMostOnceGoesOutAndIsNotStored() throws Exception {
    node.join("e6", "ada");
    DeliveryNode.Gateway gateway = node.gateway("g-once");
    node.watch(gateway, "e6");
    Ack.Sent sent = node.sent(guaranteed(message("e6", "ada", "1", "now or never"), Send.Guarantee.AT_MOST_ONCE));
    assertThat(sent.seq()).isNull();
    byte[] envelope = gateway.expect(NoticeFanout.class).notices().getFirst().envelope();
    JsonNode frame = Json.read(envelope, 0, envelope.length);
    assertThat(frame.has("seq")).isFalse();
    assertThat(frame.get("data").get("content").textValue()).isEqualTo("now or never");
    assertThat(frame.get("data").get("messageId").textValue()).isEqualTo(sent.messageId());
    assertThat(refusal(guaranteed(message("e6", "eve", "1", "stranger"), Send.Guarantee.AT_MOST_ONCE))).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(node.sent(message("e6", "ada", "2", "stored")).seq()).isEqualTo(1);
    assertThat(log("e6").toString()).doesNotContain("never");
  }
}
