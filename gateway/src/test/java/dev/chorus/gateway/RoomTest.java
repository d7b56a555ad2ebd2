package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.socketkit.TestClient;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rooms as clients see them: joins, entries, catching up, order. */
final class RoomTest {
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static List<Long> seqs(List<JsonNode> entries) {
    return entries.stream().map(entry -> entry.path("seq").asLong()).toList();
  }

  private static List<Long> upTo(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void everyoneInTheRoomGetsAMessageItsSenderIncluded() {
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    JsonNode joined = ann.join("lobby");
    assertThat(joined.path("head").asLong()).isZero();
    assertThat(joined.path("recovered").asBoolean()).isFalse();
    assertThat(joined.path("epoch").asText()).isEqualTo("epoch-lobby");
    ben.join("lobby");
    assertThat(ann.say("lobby", "hello").path("seq").asLong()).isEqualTo(1);
    for (TestClient each : List.of(ann, ben)) {
      JsonNode entry = each.expect("message:new");
      assertThat(entry.path("room").asText()).isEqualTo("lobby");
      assertThat(entry.path("seq").asLong()).isEqualTo(1);
      assertThat(entry.path("data").path("content").asText()).isEqualTo("hello");
      assertThat(entry.path("data").path("sender").asText()).isEqualTo("ann");
    }
  }

  @Test
  void afterAJoinWithAfterComeTheAckThenTheEntriesThenTheMarkerThenLive() {
    gateway.does(() -> {
      for (int i = 0; i < 450; i++)
        gateway.owner("lobby").say("lobby", "zoe", "m" + i);
    });
    TestClient ann = gateway.connect("ann");
    int join = ann.send("room:join", "lobby", "{\"after\":30}");
    JsonNode synced = ann.expect("room:synced");
    List<JsonNode> all = ann.heard();
    assertThat(all.getFirst().path("id").asInt()).as("the ack comes first").isEqualTo(join);
    assertThat(all.getFirst().path("data").path("recovered").asBoolean()).isTrue();
    assertThat(synced.path("data").path("seq").asLong()).isEqualTo(450);
    assertThat(seqs(ann.rest("message:new"))).isEqualTo(upTo(31, 450));
    gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", "live"));
    assertThat(ann.expect("message:new").path("seq").asLong()).isEqualTo(451);
  }

  @Test
  void catchingUpWhileFiveHundredAreSentGivesEachOnceAndInOrder() {
    gateway.does(() -> {
      for (int i = 0; i < 300; i++)
        gateway.owner("lobby").say("lobby", "zoe", "m" + i);
    });
    TestClient writer = gateway.enter(dev.chorus.gateway.socketkit.Jwt.admin("writer"));
    writer.join("lobby");
    TestClient reader = gateway.connect("reader");
    for (int i = 0; i < 500; i++) {
      writer.send("message:send", "lobby", "{\"content\":\"live" + i + "\"}");
      if (i == 100)
        reader.send("room:join", "lobby", "{\"after\":0}");
    }
    reader.await(frame -> frame.path("seq").asLong() == 800);
    reader.expect("room:synced");
    assertThat(seqs(reader.rest("message:new"))).isEqualTo(upTo(1, 799));
  }

  @Test
  void whatCannotBeRecoveredBeginsAtTheHead() {
    gateway.does(() -> {
      for (int i = 0; i < 1001; i++)
        gateway.owner("lobby").say("lobby", "zoe", "m" + i);
    });
    for (String data : List.of("{\"after\":0}", "{\"after\":1002}", "{\"after\":1000,\"epoch\":\"another\"}")) {
      TestClient ann = gateway.connect("ann");
      JsonNode joined = ann.ask("room:join", "lobby", data);
      assertThat(joined.path("recovered").asBoolean()).as(data).isFalse();
      assertThat(joined.path("head").asLong()).isEqualTo(1001);
      assertThat(ann.rest("message:new")).isEmpty();
      ann.breakOff();
    }
    gateway.does(() -> gateway.logs.of(new dev.chorus.model.RoomId("lobby")).oldest = 900);
    TestClient ann = gateway.connect("ann");
    assertThat(ann.ask("room:join", "lobby", "{\"after\":500}").path("recovered").asBoolean()).as("older than the retention").isFalse();
    assertThat(ann.ask("room:join", "lobby", "{\"after\":950}").path("recovered").asBoolean()).isTrue();
    assertThat(ann.expect("room:synced").path("data").path("seq").asLong()).as("the first join's").isEqualTo(1001);
    ann.expect("room:synced");
    assertThat(seqs(ann.rest("message:new"))).isEqualTo(upTo(951, 1001));
  }

  @Test
  void aLostFanOutIsFoundByTheNextOneAndTheGapIsReadOnce() {
    TestClient ann = gateway.connect("ann");
    TestClient ben = gateway.connect("ben");
    ann.join("lobby");
    ben.join("lobby");
    gateway.does(() -> {
      gateway.owner("lobby").loses = entries -> entries.prev() < 2;
      for (int i = 0; i < 3; i++)
        gateway.owner("lobby").say("lobby", "zoe", "m" + i);
    });
    for (TestClient each : List.of(ann, ben)) {
      each.await(frame -> frame.path("seq").asLong() == 3);
      assertThat(seqs(each.rest("message:new"))).isEqualTo(upTo(1, 2));
    }
    assertThat(gateway.get(() -> gateway.owner("lobby").reads)).isEqualTo(1);
  }

  @Test
  void aLostLastFanOutIsFoundByTheDigest() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    gateway.does(() -> {
      gateway.owner("lobby").loses = entries -> true;
      gateway.owner("lobby").say("lobby", "zoe", "lost");
      gateway.owner("lobby").digest();
    });
    assertThat(ann.expect("message:new").path("seq").asLong()).isEqualTo(1);
  }

  @Test
  void repeatedAndReorderedFanOutsAreSeenOnceAndInOrder() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    gateway.does(() -> {
      var owner = gateway.owner("lobby");
      owner.loses = entries -> true;
      for (int i = 0; i < 4; i++)
        owner.say("lobby", "zoe", "m" + i);
      owner.loses = entries -> false;
      var log = gateway.logs.of(new dev.chorus.model.RoomId("lobby"));
      for (int prev : List.of(2, 0, 0, 1, 3, 2)) {
        owner.tell(new dev.chorus.bus.GatewayMessage.RoomEntries(log.room, prev, List.copyOf(log.entries.subList(prev, prev + 1))));
      }
    });
    ann.await(frame -> frame.path("seq").asLong() == 4);
    assertThat(seqs(ann.rest("message:new"))).isEqualTo(upTo(1, 3));
  }

  @Test
  void framesForOneRoomAreDoneInTheOrderSent() {
    TestClient ann = gateway.connect("ann");
    ann.raw(TestClient.frame(1, "room:join", "lobby", "{}") + "\n" + TestClient.frame(2, "message:send", "lobby", "{\"content\":\"a\"}")
        + "\n"
        + TestClient.frame(3, "message:send", "lobby", "{\"content\":\"b\"}") + "\n" + TestClient.frame(4, "history", "lobby", "{}") + "\n"
        + TestClient.frame(5, "room:leave", "lobby", "{\"forget\":true}") + "\n"
        + TestClient.frame(6, "message:send", "lobby", "{\"content\":\"c\"}"));
    assertThat(ann.answer(1).path("type").asText()).isEqualTo("ack");
    assertThat(ann.answer(2).path("data").path("seq").asLong()).isEqualTo(1);
    assertThat(ann.answer(3).path("data").path("seq").asLong()).isEqualTo(2);
    assertThat(ann.answer(4).path("data").path("entries")).hasSize(2);
    assertThat(ann.answer(5).path("type").asText()).isEqualTo("ack");
    assertThat(ann.answer(6).path("data").path("code").asText()).isEqualTo("not_member");
  }

  @Test
  void whoHasLeftHearsNothingMore() {
    TestClient ann = gateway.connect("ann");
    ann.join("lobby");
    ann.ask("room:leave", "lobby", "{}");
    gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", "m"));
    assertThat(ann.rest("message:new")).isEmpty();
    assertThat(ann.say("lobby", "still a member").path("seq").asLong()).isEqualTo(2);
  }
}
