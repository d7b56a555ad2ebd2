package dev.chorus.e2e.delivery;

import static dev.chorus.e2e.kit.ChatClient.acked;
import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.EventStream;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.kit.Tokens;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The three guarantees, each by what the two others would do otherwise; and what admins do to members. */
@ExtendWith(StandingCluster.class)
final class GuaranteesTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static Tokens tokens;
  private static URI first;
  private static URI second;

  @BeforeAll
  static void start() throws Exception {
    tokens = StandingCluster.tokens();
    first = StandingCluster.first();
    second = StandingCluster.second();
  }

  private static JsonNode send(ChatClient client, String room, String content, String guarantee, String clientId) {
    Map<String, Object> message = new HashMap<>(Map.of("content", content, "guarantee", guarantee));
    if (clientId != null)
      message.put("clientId", clientId);
    return client.ask("message:send", room, message);
  }

  private static List<JsonNode> contents(ChatClient client, String content) {
    return client.received().stream().filter(type("message:new"))
        .filter(frame -> frame.get("data").get("content").asText().equals(content)).toList();
  }

  @Test
  void atMostOnceIsHeardByWhoIsThereAndIsNowhereElse() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("once-most");
      acked(ben.ask("room:join", "once-most", Map.of("acks", true)));
      JsonNode ack = acked(send(ann, "once-most", "now or never", "at-most-once", null));
      assertThat(ack.get("seq").isNull()).isTrue();
      JsonNode heard = ben.expect(type("message:new"), LONG);
      assertThat(heard.has("seq")).as("it has no place in the log").isFalse();

      // What is retried has been retried by the time a later message of the other kind has.
      acked(send(ann, "once-most", "marker", "at-least-once", null));
      ben.expect(frame -> frame.path("redelivered").asBoolean(), LONG);
      assertThat(contents(ben, "now or never")).hasSize(1);
      JsonNode history = acked(ben.ask("history", "once-most", Map.of()));
      assertThat(history.get("head").asLong()).isEqualTo(1);
      assertThat(history.get("entries")).hasSize(1);
    }
  }

  @Test
  void atLeastOnceIsStoredWithoutAClientIdAndGivenAgainUntilItIsAcknowledged() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("once-least");
      acked(ben.ask("room:join", "once-least", Map.of("acks", true)));
      acked(send(ann, "once-least", "twice", "at-least-once", null));
      acked(send(ann, "once-least", "twice", "at-least-once", null));
      ben.expect(frame -> frame.path("redelivered").asBoolean(), LONG);
      assertThat(contents(ben, "twice").stream().map(frame -> frame.get("seq").asLong())).contains(1L, 2L).hasSizeGreaterThan(2);
      assertThat(acked(ben.ask("history", "once-least", Map.of())).get("entries")).as("nothing made them one").hasSize(2);
    }
  }

  @Test
  void exactlyOnceNeedsAClientIdAndIsOneEntryHoweverOftenAndWhereverItIsSent() throws Exception {
    List<ChatClient> anns = new ArrayList<>();
    try (ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ben.join("once-exactly");
      for (URI gateway : List.of(first, second, first, second))
        anns.add(ChatClient.connect(gateway, tokens.of("ann")));
      anns.forEach(ann -> ann.join("once-exactly"));
      assertThat(send(anns.getFirst(), "once-exactly", "x", "exactly-once", null).get("data").get("code").asText())
          .isEqualTo("bad_request");
      List<Long> posted = new ArrayList<>();
      for (int i = 0; i < 40; i++)
        posted.add(anns.get(i % 4).post("message:send", "once-exactly",
            Map.of("content", "take " + i, "guarantee", "exactly-once", "clientId", "the-one")));
      Set<JsonNode> seqs = new HashSet<>();
      int originals = 0;
      for (int i = 0; i < 40; i++) {
        JsonNode ack = acked(anns.get(i % 4).answer(posted.get(i)));
        seqs.add(ack.get("seq"));
        originals += ack.get("duplicate").asBoolean() ? 0 : 1;
      }
      assertThat(seqs).hasSize(1);
      assertThat(originals).isEqualTo(1);
      acked(send(anns.getFirst(), "once-exactly", "marker", "at-least-once", null));
      ben.expect(frame -> frame.path("data").path("content").asText().equals("marker"), LONG);
      assertThat(ben.entries("once-exactly").stream().map(frame -> frame.get("seq").asLong())).containsExactly(1L, 2L);
    } finally {
      anns.forEach(ChatClient::close);
    }
  }

  @Test
  void adminsSendInTheNameOfMembersRemoveThemAndEndTheirConnectionsEverywhere() throws Exception {
    HttpApi root = new HttpApi(first, tokens.admin("root"));
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann"));
        ChatClient ben = ChatClient.connect(second, tokens.of("ben"));
        ChatClient other = ChatClient.connect(first, tokens.of("ben"))) {
      for (ChatClient each : List.of(ann, ben, other))
        each.join("ruled");
      assertThat(root.post("/api/rooms/ruled/messages", "{\"content\":\"by proxy\",\"sender\":\"ann\"}").statusCode()).isEqualTo(200);
      assertThat(ben.expect(type("message:new"), LONG).get("data").get("sender").asText()).isEqualTo("ann");
      JsonNode members = HttpApi.json(root.get("/api/rooms/ruled/members"));
      assertThat(members.get("members").findValuesAsText("user")).containsExactly("ann", "ben");

      assertThat(root.delete("/api/rooms/ruled/members/ben").statusCode()).isEqualTo(200);
      for (ChatClient each : List.of(ben, other))
        assertThat(each.expect(type("room:left"), LONG).get("data").get("reason").asText()).isEqualTo("removed");
      assertThat(send(ben, "ruled", "still here", "at-least-once", null).get("data").get("code").asText()).isEqualTo("not_member");
      assertThat(root.delete("/api/rooms/ruled/members/ben").statusCode()).isEqualTo(404);

      assertThat(new HttpApi(first, tokens.of("ann")).delete("/api/users/ben/connections").statusCode()).isEqualTo(403);
      assertThat(root.delete("/api/users/ben/connections").statusCode()).isEqualTo(200);
      for (ChatClient each : List.of(ben, other))
        assertThat(each.awaitClose(LONG)).isEqualTo(4409);
      assertThat(ann.closed()).isFalse();
      Await.until("counted", LONG, () -> HttpApi.json(root.get("/api/delivery/stats")).get("total").asLong() > 0);
    }
  }

  @Test
  void whoIsRemovedReadsNoMoreOfTheRoomsAnswersWhereverTheyDo() throws Exception {
    HttpApi root = new HttpApi(first, tokens.admin("root"));
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("answers");
      ben.join("answers");
      JsonNode started = acked(ann.ask("stream:start", "answers", Map.of("model", "assistant", "messages",
          List.of(Map.of("role", "user", "content", "[[words:9000]] [[rate:50]]")))));
      ben.expect(type("stream:chunk"), LONG);
      String stream = started.get("streamId").asText();
      try (EventStream events = EventStream.follow(second, tokens.of("ben"), "/api/streams/" + stream, null)) {
        events.expect("stream:chunk");
        assertThat(root.delete("/api/rooms/answers/members/ben").statusCode()).isEqualTo(200);
        assertThat(events.expect("problem").envelope().get("code").asText()).isEqualTo("not_member");
        assertThat(events.rest()).isEmpty();
      }
      acked(ann.ask("stream:cancel", null, Map.of("streamId", stream)));
    }
  }
}
