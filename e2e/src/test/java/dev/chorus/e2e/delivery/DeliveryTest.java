package dev.chorus.e2e.delivery;

import static dev.chorus.e2e.kit.ChatClient.acked;
import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.kit.Tokens;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of messages, in a cluster of two gateways and two delivery nodes with short times. */
@ExtendWith(StandingCluster.class)
final class DeliveryTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  /** Five more than wait, with the seven others. */
  private static final int LOW = StandingCluster.QUEUE_MAX + 5 - 7;
  private static Tokens tokens;
  private static URI first;
  private static URI second;

  @BeforeAll
  static void start() throws Exception {
    tokens = StandingCluster.tokens();
    first = StandingCluster.first();
    second = StandingCluster.second();
  }

  private static JsonNode expect(ChatClient client, String type, Predicate<JsonNode> data) {
    return client.expect(type(type).and(frame -> data.test(frame.path("data"))), LONG);
  }

  private static String refusal(ChatClient client, String type, String room, Map<String, ?> frame) {
    return client.ask(type, room, frame).path("data").path("code").asText();
  }

  private static JsonNode entry(ChatClient client, String room, long seq) {
    return client.expect(frame -> frame.path("room").asText().equals(room) && frame.path("seq").asLong(-1) == seq
        && !frame.path("redelivered").asBoolean(), LONG);
  }

  @Test
  void editsAndDeletionsAreEntriesAndHistoryShowsWhatHoldsNow() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("edits");
      ben.join("edits");
      String kept = ann.send("edits", "helo").get("messageId").asText();
      String gone = ann.send("edits", "oops").get("messageId").asText();
      JsonNode edited = acked(ann.ask("message:edit", "edits", Map.of("messageId", kept, "content", "hello", "clientId", "e1")));
      assertThat(acked(ann.ask("message:edit", "edits", Map.of("messageId", kept, "content", "again", "clientId", "e1"))))
          .isEqualTo(edited);
      acked(ann.ask("message:edit", "edits", Map.of("messageId", gone, "content", "oops!")));
      acked(ann.ask("message:delete", "edits", Map.of("messageId", gone)));

      JsonNode update = entry(ben, "edits", 3);
      assertThat(update.path("type").asText()).isEqualTo("message:update");
      assertThat(update.path("data").path("target").asLong()).isEqualTo(1);
      assertThat(update.path("data").path("by").asText()).isEqualTo("ann");
      assertThat(entry(ben, "edits", 5).path("type").asText()).isEqualTo("message:delete");

      assertThat(refusal(ben, "message:edit", "edits", Map.of("messageId", kept, "content", "mine"))).isEqualTo("forbidden");
      assertThat(refusal(ann, "message:edit", "edits", Map.of("messageId", gone, "content", "x"))).isEqualTo("not_found");
      assertThat(refusal(ann, "message:delete", "edits", Map.of("messageId", gone))).isEqualTo("not_found");
      assertThat(refusal(ann, "message:delete", "edits", Map.of("messageId", "nonsense"))).isEqualTo("not_found");

      JsonNode history = acked(ben.ask("history", "edits", Map.of()));
      checkWhatHoldsNow(java.util.stream.StreamSupport.stream(history.get("entries").spliterator(), false).toList());
      try (ChatClient late = ChatClient.connect(second, tokens.of("ben"))) {
        late.join("edits", 0, null);
        late.expect(type("room:synced"), LONG);
        checkWhatHoldsNow(late.entries("edits"));
      }
    }
  }

  private static void checkWhatHoldsNow(List<JsonNode> entries) {
    assertThat(entries.stream().map(entry -> entry.get("seq").asLong())).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(entries.get(0).get("data").get("content").asText()).isEqualTo("hello");
    assertThat(entries.get(0).get("data").get("edited").get("seq").asLong()).isEqualTo(3);
    assertThat(entries.get(1).get("data").get("content").asText()).isEmpty();
    assertThat(entries.get(1).get("data").get("deleted").asBoolean()).isTrue();
    assertThat(entries.get(2).get("data").get("content").asText()).isEqualTo("hello");
    assertThat(entries.get(3).get("data").get("content").asText()).isEmpty();
  }

  @Test
  void receiptsGoOverGatewaysAndWhoShowsNoneIsNeitherShownNorWaitedFor() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann"));
        ChatClient ben = ChatClient.connect(second, tokens.of("ben"));
        ChatClient cat = ChatClient.connect(first, tokens.of("cat"))) {
      for (ChatClient each : List.of(ann, ben, cat))
        each.join("receipts");
      acked(cat.ask("receipts:set", "receipts", Map.of("enabled", false)));
      String message = ann.send("receipts", "read me").get("messageId").asText();
      acked(cat.ask("message:read", "receipts", Map.of("seq", 1)));
      acked(ben.ask("delivery:ack", "receipts", Map.of("seq", 1)));
      expect(ann, "receipt", data -> data.findValuesAsText("user").contains("ben") && data.findValue("deliveredSeq").asLong() == 1);
      assertThat(recipient(record(ann, "receipts", message), "ben").get("status").asText()).isEqualTo("DELIVERED");

      acked(ben.ask("message:read", "receipts", Map.of("messageId", message, "metadata", Map.of("screen", "phone"))));
      acked(ben.ask("message:read", "receipts", Map.of("messageId", message)));
      for (ChatClient each : List.of(ann, cat))
        expect(each, "message:read-by-all", data -> data.get("seq").asLong() == 1);
      JsonNode record = record(ann, "receipts", message);
      assertThat(record.get("status").asText()).isEqualTo("READ");
      assertThat(record.get("readByAll").asBoolean()).isTrue();
      assertThat(recipient(record, "cat").get("status").asText()).as("nobody sees that cat has read it").isEqualTo("SENT");
      JsonNode times = recipient(record, "ben").get("history");
      assertThat(times.get("SENT").asLong()).isLessThanOrEqualTo(times.get("DELIVERED").asLong());
      assertThat(times.get("DELIVERED").asLong()).isLessThanOrEqualTo(times.get("READ").asLong());
      assertThat(ann.received().stream().filter(type("receipt")).map(JsonNode::toString)).noneMatch(frame -> frame.contains("cat"));

      assertThat(refusal(ben, "delivery:ack", "receipts", Map.of("seq", 2))).isEqualTo("bad_request");
      assertThat(refusal(ben, "message:read", "receipts", Map.of("messageId", "nonsense"))).isEqualTo("not_found");
      for (JsonNode room : acked(cat.ask("rooms:list", null, Map.of())).get("rooms")) {
        if (room.get("room").asText().equals("receipts"))
          assertThat(room.get("unread").asLong()).as("private marks count").isZero();
      }
      HttpApi api = new HttpApi(second, tokens.of("ann"));
      JsonNode receipts = HttpApi.json(api.get("/api/rooms/receipts/messages/" + message + "/receipts"));
      assertThat(receipts.get("receipts").findValuesAsText("user")).containsExactly("ben");
    }
  }

  private static JsonNode record(ChatClient client, String room, String message) {
    return acked(client.ask("delivery:status", room, Map.of("messageId", message)));
  }

  private static JsonNode recipient(JsonNode record, String user) {
    for (JsonNode recipient : record.get("recipients")) {
      if (recipient.get("user").asText().equals(user))
        return recipient;
    }
    throw new AssertionError(user + " is not in " + record);
  }

  @Test
  void whoDoesNotAcknowledgeGetsItAgainThenFailsAndMayBeTriedAgain() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann"));
        ChatClient ben = ChatClient.connect(second, tokens.of("ben"));
        ChatClient cat = ChatClient.connect(second, tokens.of("cat"))) {
      ann.join("retries");
      cat.join("retries");
      acked(ben.ask("room:join", "retries", Map.of("acks", true)));
      String message = ann.send("retries", "are you there?").get("messageId").asText();
      JsonNode again = ben.expect(frame -> frame.path("redelivered").asBoolean(), LONG);
      assertThat(again.get("seq").asLong()).isEqualTo(1);
      assertThat(again.get("data")).isEqualTo(entry(ben, "retries", 1).get("data"));

      JsonNode failed = expect(ann, "message:status", data -> data.get("messageId").asText().equals(message));
      assertThat(failed.get("data").get("user").asText()).isEqualTo("ben");
      assertThat(failed.get("data").get("status").asText()).isEqualTo("FAILED");
      assertThat(failed.get("data").get("reason").asText()).isEqualTo("timeout");
      JsonNode record = record(ann, "retries", message);
      assertThat(recipient(record, "ben").get("status").asText()).isEqualTo("FAILED");
      assertThat(recipient(record, "cat").get("status").asText()).as("who never acknowledges is left alone").isEqualTo("SENT");
      assertThat(cat.received().stream().filter(frame -> frame.path("redelivered").asBoolean())).isEmpty();

      assertThat(refusal(ben, "delivery:retry", "retries", Map.of("messageId", message))).isEqualTo("forbidden");
      acked(ann.ask("delivery:retry", "retries", Map.of("messageId", message)));
      acked(ben.ask("delivery:ack", "retries", Map.of("seq", 1)));
      Await.until("delivered", LONG,
          () -> recipient(record(ann, "retries", message), "ben").get("status").asText().equals("DELIVERED"));

      String quiet = acked(ann.ask("message:send", "retries", Map.of("content", "never mind", "requiresAck", false))).get("messageId")
          .asText();
      String next = ann.send("retries", "this one is").get("messageId").asText();
      expect(ann, "message:status", data -> data.get("messageId").asText().equals(next));
      assertThat(recipient(record(ann, "retries", quiet), "ben").get("status").asText()).isEqualTo("SENT");
      JsonNode cancelled = acked(ann.ask("delivery:cancel", "retries", Map.of("messageId", quiet)));
      assertThat(recipient(cancelled, "ben").get("status").asText()).isEqualTo("CANCELLED");
    }
  }

  @Test
  void whatWaitedIsDrainedHighFirstAndWhatWasTooMuchIsNamedAndTold() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.admin("ann"))) {
      List<String> rooms = List.of("wait-a", "wait-b", "wait-c");
      try (ChatClient dan = ChatClient.connect(second, tokens.of("dana"))) {
        rooms.forEach(dan::join);
      }
      rooms.forEach(ann::join);
      List<Long> low = new ArrayList<>();
      for (int i = 0; i < LOW; i++)
        low.add(ann.post("message:send", "wait-a", Map.of("content", "low " + i, "priority", "low")));
      low.forEach(id -> acked(ann.answer(id)));
      for (int i = 0; i < 6; i++)
        ann.send("wait-b", "normal " + i);
      acked(ann.ask("message:send", "wait-c", Map.of("content", "urgent", "priority", "high")));

      HttpApi api = new HttpApi(first, tokens.of("dana"));
      JsonNode queue = HttpApi.json(api.get("/api/ws/queue"));
      assertThat(queue.get("total").asLong()).isEqualTo(StandingCluster.QUEUE_MAX);
      assertThat(queue.get("dropped").asLong()).isEqualTo(5);
      JsonNode told = expect(ann, "message:status", data -> data.path("user").asText().equals("dana"));
      assertThat(told.get("data").get("reason").asText()).isEqualTo("overflow");

      try (ChatClient dan = ChatClient.connect(second, tokens.of("dana"))) {
        acked(dan.ask("queue:drain", null, Map.of()));
        JsonNode empty = dan.expect(type("queue:empty"), LONG);
        assertThat(empty.get("data").get("delivered").asLong()).isEqualTo(StandingCluster.QUEUE_MAX);
        assertThat(empty.get("data").get("dropped").asLong()).isEqualTo(5);
        List<JsonNode> heard = dan.received();
        assertThat(heard.stream().filter(type("room:synced")).map(frame -> frame.get("room").asText())).containsExactly("wait-c", "wait-a",
            "wait-b");
        assertThat(dan.entries("wait-a").stream().map(frame -> frame.get("seq").asLong()))
            .containsExactlyElementsOf(LongStream.rangeClosed(6, LOW).boxed().toList());
        assertThat(heard.stream().filter(type("room:skipped")).map(frame -> frame.get("room").asText() + frame.get("data")))
            .containsExactly("wait-a{\"from\":1,\"to\":5}");

        acked(dan.ask("delivery:ack", "wait-a", Map.of("seq", LOW)));
        acked(dan.ask("delivery:ack", "wait-b", Map.of("seq", 6)));
        acked(dan.ask("message:read", "wait-c", Map.of("seq", 1)));
        assertThat(HttpApi.json(api.get("/api/ws/queue")).get("total").asLong()).isZero();
        acked(dan.ask("queue:drain", null, Map.of()));
        dan.expect(type("queue:empty").and(frame -> frame.get("data").get("delivered").asLong() == 0), LONG);
        ann.send("wait-a", "live");
        entry(dan, "wait-a", LOW + 1);
      }
    }
  }
}
