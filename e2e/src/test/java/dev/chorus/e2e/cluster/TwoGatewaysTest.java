package dev.chorus.e2e.cluster;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.EventStream;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.Reader;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.kit.Tokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users on two gateways of one cluster: what one says the other hears. */
@ExtendWith(StandingCluster.class)
final class TwoGatewaysTest {
  private static Tokens tokens;
  private static URI first;
  private static URI second;

  @BeforeAll
  static void start() throws Exception {
    tokens = StandingCluster.tokens();
    first = StandingCluster.first();
    second = StandingCluster.second();
  }

  @Test
  void aUserOnOneGatewayTalksToAUserOnTheOther() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("talk");
      JsonNode joined = ben.join("talk");
      assertThat(joined.get("participants").findValuesAsText("user")).contains("ann");
      ann.expect(type("user:join").and(frame -> frame.toString().contains("ben")));

      ann.ask("typing:start", "talk", Map.of());
      ben.expect(type("typing:start").and(frame -> frame.toString().contains("ann")));
      JsonNode sent = ann.send("talk", "hello");
      JsonNode heard = ben.expect(type("message:new"));
      assertThat(heard.get("seq")).isEqualTo(sent.get("seq"));
      assertThat(heard.get("data").get("content").asText()).isEqualTo("hello");
      assertThat(heard.get("data").get("sender").asText()).isEqualTo("ann");
      ben.expect(type("typing:stop").and(frame -> frame.toString().contains("ann")));
      ann.expect(type("message:new"));

      ben.close();
      ann.expect(type("user:leave").and(frame -> frame.toString().contains("ben")));
    }
  }

  @Test
  void withoutAWebSocketOneHearsAtOneGatewaySpeaksAtTheOtherAndGoesOnThere() throws Exception {
    HttpApi other = new HttpApi(second, tokens.of("eve"));
    String last;
    try (ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ben.join("sse");
      try (EventStream events = EventStream.open(first, tokens.of("eve"), "sse", null)) {
        String connection = events.expect("welcome").envelope().get("data").get("connection").asText();
        Await.until("both are acknowledged", Duration.ofMinutes(1), () -> {
          HttpResponse<String> answer = other.post("/api/commands",
              "{\"type\":\"message:send\",\"id\":1,\"room\":\"sse\",\"data\":{\"content\":\"by request\",\"clientId\":\"one\"}}\n"
                  + "{\"type\":\"typing:start\",\"id\":2,\"room\":\"sse\"}",
              "Chorus-Connection", connection);
          return answer.body().lines().filter(line -> line.contains("\"ack\"")).count() == 2;
        });
        EventStream.Heard entry = events.expect("message:new");
        assertThat(entry.envelope().get("data").get("content").asText()).isEqualTo("by request");
        last = entry.id();
        ben.expect(type("typing:start").and(frame -> frame.toString().contains("eve")));
      }
      ben.send("sse", "missed");
      try (EventStream events = EventStream.open(second, tokens.of("eve"), "sse", last)) {
        assertThat(events.expect("message:new").envelope().get("seq").asLong()).isEqualTo(2);
        assertThat(events.expect("room:synced").envelope().get("data").get("seq").asLong()).isEqualTo(2);
      }
    }
  }

  @Test
  void twoHundredParallelSendsOfOneClientIdOverTwoGatewaysAreOneEntry() throws Exception {
    List<ChatClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++)
        clients.add(ChatClient.connect(i % 2 == 0 ? first : second, tokens.admin("cat")));
      for (ChatClient client : clients)
        client.join("once");
      List<long[]> posted = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ChatClient client = clients.get(i % clients.size());
        posted.add(
            new long[]{i % clients.size(), client.post("message:send", "once", Map.of("content", "take " + i, "clientId", "the-one"))});
      }
      Set<String> ids = new HashSet<>();
      int originals = 0;
      for (long[] frame : posted) {
        JsonNode ack = ChatClient.acked(clients.get((int) frame[0]).answer(frame[1]));
        ids.add(ack.get("messageId").asText() + " " + ack.get("seq"));
        if (!ack.get("duplicate").asBoolean())
          originals++;
      }
      assertThat(ids).hasSize(1);
      assertThat(originals).isEqualTo(1);
      JsonNode history = ChatClient.acked(clients.get(0).ask("history", "once", Map.of()));
      assertThat(history.get("entries")).hasSize(1);
      assertThat(history.get("head").asLong()).isEqualTo(1);
    } finally {
      clients.forEach(ChatClient::close);
    }
  }

  @Test
  void catchUpThatRacesWithFiveHundredLiveSendsHasNoGapAndNoRepeat() throws Exception {
    List<Reader> readers = new ArrayList<>();
    try (ChatClient sender = ChatClient.connect(first, tokens.admin("dan"))) {
      sender.join("race");
      List<Long> posted = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        posted.add(sender.post("message:send", "race", Map.of("content", "m" + i, "clientId", "m" + i)));
        if (i % 25 == 0) {
          readers.add(new Reader(() -> List.of(second, first), tokens.of("reader" + i), "race"));
          sender.answer(posted.getLast());
        }
      }
      for (long id : posted)
        ChatClient.acked(sender.answer(id));
      for (Reader reader : readers) {
        Await.until("reader complete", Duration.ofMinutes(1), () -> reader.position() == 500);
        assertThat(reader.faults()).isEmpty();
        assertThat(reader.entries().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
      }
    } finally {
      readers.forEach(Reader::close);
    }
  }

  @Test
  void anAnswerIsSeenTokenByTokenOnBothGateways() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("ask");
      ben.join("ask");
      JsonNode started = ann.insist("stream:start", "ask", Map.of("model", "assistant", "clientId", "rivers", "messages",
          List.of(Map.of("role", "user", "content", "Tell me about rivers"))));
      String stream = started.get("streamId").asText();
      for (ChatClient client : List.of(ann, ben)) {
        JsonNode end = client.expect(type("stream:end").and(frame -> frame.toString().contains(stream)), Duration.ofSeconds(60));
        assertThat(end.get("data").get("status").asText()).isEqualTo("COMPLETED");
      }
      assertThat(StreamText.of(ann, stream).text()).isNotBlank().isEqualTo(StreamText.of(ben, stream).text());
      assertThat(StreamText.of(ben, stream).chunks()).isGreaterThan(3);
    }
  }

  @Test
  void anAgentIsSeenToTypeAndItsUserToThinkForAsLongAsItsStreamRuns() throws Exception {
    try (ChatClient ann = ChatClient.connect(first, tokens.of("ann")); ChatClient ben = ChatClient.connect(second, tokens.of("ben"))) {
      ann.join("think");
      ben.join("think");
      JsonNode started = ann.insist("stream:start", "think", Map.of("model", "assistant", "clientId", "thoughts", "agentId", "helper",
          "messages", List.of(Map.of("role", "user", "content", "[[words:9000]] [[rate:50]]"))));
      ben.expect(type("typing:start").and(frame -> frame.toString().contains("helper")));
      ben.expect(type("activity:update").and(frame -> frame.toString().contains("THINKING")));
      ChatClient.acked(ann.ask("stream:cancel", "think", Map.of("streamId", started.get("streamId").asText())));
      ben.expect(type("typing:stop").and(frame -> frame.toString().contains("helper")));
      ben.expect(type("activity:update").and(frame -> frame.toString().contains("IDLE")));
    }
  }
}
