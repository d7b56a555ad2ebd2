package dev.chorus.delivery;

import static dev.chorus.delivery.Messages.as;
import static dev.chorus.delivery.Messages.byAdmin;
import static dev.chorus.delivery.Messages.guaranteed;
import static dev.chorus.delivery.Messages.message;
import static dev.chorus.delivery.Messages.metadata;
import static dev.chorus.delivery.Messages.replyTo;
import static dev.chorus.delivery.Messages.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Json;
import dev.chorus.testkit.TestPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SendingTest {
  private static DeliveryNode node;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(TestPostgres.fresh());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void messagesOfOneBatchTakeTheNextNumbersOfTheirRooms() {
    node.join("a", "ada");
    node.join("b", "ada");
    List<Verdict> verdicts = node.send(message("a", "ada", "1", "one"), message("b", "ada", "1", "eins"), message("a", "ada", "2", "two"));
    assertThat(verdicts).extracting(v -> v.sent().seq()).containsExactly(1L, 1L, 2L);
    assertThat(verdicts).allMatch(v -> v.sent().status().equals("SENT") && !v.sent().duplicate());
    assertThat(node.read("a", 0, 10).head()).isEqualTo(2);
  }

  @Test
  void aSecondSendWithTheSameClientIdGetsTheFirstAck() {
    node.join("repeats", "ada");
    node.join("repeats", "ben");
    Ack.Sent first = node.sent(message("repeats", "ada", "x", "hello"));
    node.sent(message("repeats", "ada", "y", "more"));
    Ack.Sent second = node.sent(message("repeats", "ada", "x", "other words"));
    assertThat(second).isEqualTo(new Ack.Sent(first.messageId(), first.seq(), "SENT", first.at(), true));
    assertThat(node.sent(message("repeats", "ben", "x", "mine")).duplicate()).as("another sender's clientId").isFalse();
    assertThat(node.read("repeats", 0, 10).entries()).hasSize(3);
  }

  @Test
  void aMessageTwiceInOneBatchIsStoredOnce() {
    node.join("twice", "ada");
    List<Verdict> verdicts = node.send(message("twice", "ada", "x", "hello"), message("twice", "ada", "x", "hello"),
        message("twice", "ada", "y", "next"));
    assertThat(verdicts).extracting(v -> v.sent().seq()).containsExactly(1L, 1L, 2L);
    assertThat(verdicts).extracting(v -> v.sent().duplicate()).containsExactly(false, true, false);
    assertThat(verdicts.get(1).sent().messageId()).isEqualTo(verdicts.get(0).sent().messageId());
  }

  @Test
  void aStrangerIsRefusedAndTakesNoNumberFromTheOthers() {
    node.join("members", "ada");
    List<Verdict> verdicts = node.send(message("members", "ada", "1", "one"), message("members", "eve", "1", "let me in"),
        message("nowhere", "ada", "1", "hello?"), message("members", "ada", "2", "two"));
    assertThat(verdicts.get(1).problem().code()).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(verdicts.get(2).problem().code()).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(verdicts.get(3).sent().seq()).isEqualTo(2);
  }

  @Test
  void anAdminSendsWithoutBeingAMemberButNotToARoomThatDoesNotExist() {
    node.join("moderated", "ada");
    assertThat(node.sent(byAdmin(message("moderated", "server", "1", "welcome"))).seq()).isEqualTo(1);
    assertThat(code(byAdmin(message("unmade", "server", "1", "welcome")))).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void whoHasForgottenTheRoomCannotSendThere() {
    node.join("left", "ada");
    DeliveryNode.await(node.client
        .forget(new dev.chorus.bus.DeliveryMessage.ForgetRoom(new dev.chorus.model.RoomId("left"), new dev.chorus.model.UserId("ada"))));
    assertThat(code(message("left", "ada", "1", "still here?"))).isEqualTo(ErrorCode.NOT_MEMBER);
  }

  @Test
  void otherRolesNeedAnAdmin() {
    node.join("roles", "ada");
    Append assistant = as(message("roles", "ada", "1", "I am a machine"), Send.Role.ASSISTANT, "gpt", Send.Priority.HIGH);
    assertThat(code(assistant)).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(node.sent(byAdmin(assistant)).seq()).isEqualTo(1);
    assertThat(node.sent(guaranteed(message("roles", "ada", "3", "surely"), Send.Guarantee.EXACTLY_ONCE)).seq()).isEqualTo(2);
  }

  @Test
  void repliesAndRecipientsMustExist() {
    node.join("refs", "ada");
    node.join("refs", "ben");
    List<Verdict> verdicts = node.send(message("refs", "ada", "1", "one"), replyTo(message("refs", "ada", "2", "to one"), 1),
        replyTo(message("refs", "ada", "3", "to nothing"), 9), replyTo(message("refs", "ada", "4", "to zero"), 0),
        to(message("refs", "ada", "5", "for ben"), "ben"), to(message("refs", "ada", "6", "for a stranger"), "ben", "zoe"));
    assertThat(verdicts).extracting(v -> v.sent() == null ? null : v.sent().seq()).containsExactly(1L, 2L, null, null, 3L, null);
    assertThat(verdicts.get(2).problem().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(verdicts.get(5).problem().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(node.sent(to(message("refs", "ada", "7", "in a batch of its own"), "ada", "ben")).seq()).isEqualTo(4);
  }

  @Test
  void aMessageAloneIsJudgedAsInABatchAndTakesNoNumberWhenItIsRefused() {
    node.join("alone", "ada");
    Ack.Sent first = node.sent(message("alone", "ada", "1", "one"));
    Ack.Sent again = node.sent(message("alone", "ada", "1", "one"));
    assertThat(again).extracting(Ack.Sent::seq, Ack.Sent::messageId, Ack.Sent::at, Ack.Sent::duplicate)
        .containsExactly(1L, first.messageId(), first.at(), true);
    assertThat(code(replyTo(message("alone", "ada", "2", "to nothing"), 9))).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(code(to(message("alone", "ada", "3", "for a stranger"), "zoe"))).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(code(message("alone", "eve", "4", "let me in"))).isEqualTo(ErrorCode.NOT_MEMBER);
    assertThat(code(byAdmin(message("nowhere", "root", "5", "hello?")))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(node.sent(replyTo(message("alone", "ada", "6", "to one"), 1)).seq()).isEqualTo(2);
    List<Verdict> byAdmins = node.send(byAdmin(message("alone", "root", "7", "three")),
        byAdmin(replyTo(message("alone", "root", "8", "to nothing"), 99)));
    assertThat(byAdmins.get(0).sent().seq()).isEqualTo(3);
    assertThat(byAdmins.get(1).problem().code()).isEqualTo(ErrorCode.BAD_REQUEST);
  }

  @Test
  void aRowThatOnlyPostgresqlRefusesFailsAlone() {
    node.join("bad", "ada");
    String tooLongForTheIndex = new Random(7).ints(6000, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    List<Append> batch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Append good = message("bad", "ada", "c" + i, "message " + i);
      batch.add(i == 13 ? metadata(good, "{\"broken\":") : i == 30 ? message("bad", "ada", tooLongForTheIndex, "huge id") : good);
    }
    List<Verdict> verdicts = DeliveryNode.await(node.sending(batch));
    assertThat(verdicts.get(13).problem().code()).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(verdicts.get(30).problem().code()).isEqualTo(ErrorCode.TOO_LARGE);
    List<Long> stored = verdicts.stream().filter(v -> v.sent() != null).map(v -> v.sent().seq()).toList();
    assertThat(stored).hasSize(38).isSorted().startsWith(1L).endsWith(38L);
  }

  @Test
  void textThatCannotBeStoredIsRefused() {
    node.join("text", "ada");
    assertThat(code(message("text", "ada", "1", "nul \u0000"))).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(code(message("text", "ada", "2", "half \uD83D"))).isEqualTo(ErrorCode.BAD_REQUEST);
    assertThat(node.sent(message("text", "ada", "3", "whole \uD83D\uDE00 und größer")).seq()).isEqualTo(1);
  }

  @Test
  void anEntryHasAllItsFieldsOnTheWire() throws IOException {
    node.join("fields", "ada");
    node.sent(message("fields", "ada", "0", "first"));
    Append full = byAdmin(
        metadata(replyTo(as(message("fields", "ada", "full", "answer"), Send.Role.ASSISTANT, "helper", Send.Priority.LOW), 1),
            "{\"z\":1,\"a\":[1.50,\"ü\"]}"));
    Ack.Sent ack = node.sent(full);
    byte[] bytes = node.read("fields", 1, 10).entries().getFirst();
    JsonNode envelope = Json.read(bytes, 0, bytes.length);
    JsonNode expected = Json.read("{\"type\":\"message:new\",\"room\":\"fields\",\"seq\":2,\"data\":{\"messageId\":\"" + ack.messageId()
        + "\",\"clientId\":\"full\",\"sender\":\"ada\",\"role\":\"assistant\",\"content\":\"answer\",\"priority\":\"low\",\"agentId\":\"helper\",\"replyTo\":1,"
        + "\"metadata\":{\"z\":1,\"a\":[1.50,\"ü\"]},\"at\":" + ack.at() + "}}");
    assertThat(envelope).isEqualTo(expected);
  }

  @Test
  void whatAnotherNodeOwnsIsNotTaken() {
    node.join("foreign", "ada");
    NodeId other = new NodeId("delivery-2");
    node.cluster.joined(other, Set.of(Role.DELIVERY));
    node.cluster.says(other, dev.chorus.cluster.MemberState.SERVING);
    try {
      List<Append> messages = new ArrayList<>();
      for (int i = 0; i < 50; i++)
        messages.add(byAdmin(message("foreign-" + i, "ada", "1", "hello")));
      for (Append message : messages) {
        boolean ours = node.cluster.ring(Role.DELIVERY).owns(node.self, ((Send) message.entry()).room().value());
        assertThat(node.send(message).getFirst().moved()).isEqualTo(!ours);
      }
    } finally {
      node.cluster.left(other);
    }
  }

  private static ErrorCode code(Append message) {
    return node.send(message).getFirst().problem().code();
  }
}
