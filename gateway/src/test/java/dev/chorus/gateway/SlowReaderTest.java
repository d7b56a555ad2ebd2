package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.Figures;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.Measure;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that does not read holds up nobody, costs a bounded buffer, and misses nothing. */
final class SlowReaderTest {
  private static final int MESSAGES = 600;
  private static final String CONTENT = "x".repeat(50_000);
  private static final int EVENTS = 1_000;
  private static final int QUESTIONS = 2_000;
  private static final long MOST_UNSENT = 4 << 20;
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private TestClient deaf(String user) {
    TestClient client = TestClient.open(gateway.address(""), TestClient.builder().header("Authorization", "Bearer " + Jwt.user(user)),
        false);
    client.send("room:join", "lobby", "{\"after\":0}");
    return client;
  }

  private static List<Long> seqs(TestClient client) {
    client.await(frame -> frame.path("seq").asLong() == MESSAGES);
    return client.rest("message:new").stream().map((JsonNode entry) -> entry.path("seq").asLong()).toList();
  }

  @Test
  void aSlowReaderGoesOnFromTheLogAndOthersDoNotWait() {
    TestClient deaf = deaf("deaf");
    TestClient quick = gateway.connect("quick");
    quick.join("lobby");
    for (int i = 0; i < MESSAGES; i++)
      gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", CONTENT));
    List<Long> all = LongStream.rangeClosed(1, MESSAGES - 1).boxed().toList();
    assertThat(seqs(quick)).isEqualTo(all);
    deaf.read();
    assertThat(seqs(deaf)).isEqualTo(all);
    assertThat(gateway.get(() -> gateway.owner("lobby").reads)).as("it had been held back").isPositive();
  }

  @Test
  void aReaderThatNeverReadsIsSentAway() {
    // Who is sent away has all the time there is to read why.
    gateway.clock.freeze();
    TestClient deaf = deaf("deaf");
    for (int i = 0; i < MESSAGES; i++)
      gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", CONTENT));
    Until.holds(() -> unsent() > 0);
    for (int i = 0; i < 40 && unsent() > 0; i++) {
      deaf.raw("{\"type\":\"heartbeat\"}");
      pass(16_000);
    }
    deaf.read();
    assertThat(deaf.closed().code()).isEqualTo(4008);
  }

  @Test
  void aSlowReaderIsShownTheOutcomeOfWhatPeopleDidMeanwhile() {
    TestClient quick = gateway.connect("quick");
    quick.join("lobby");
    TestClient deaf = deaf("deaf");
    quick.await(frame -> frame.toString().contains("\"deaf\""));
    long version = quick.join("lobby").path("version").asLong();
    Set<String> there = new TreeSet<>(Set.of("quick", "deaf"));
    for (int i = 1; i <= EVENTS; i++) {
      String user = "p" + i % 7;
      boolean joins = there.add(user) || !there.remove(user);
      show(joins ? "user:join" : "user:leave", "users",
          "{\"user\":\"" + user + "\",\"status\":\"ONLINE\",\"name\":\"" + "x".repeat(20_000) + "\"}", user, version + i);
      show("cursor:update", "cursors", "{\"user\":\"" + user + "\",\"x\":" + i + ",\"y\":0}", user, null);
      long last = version + i;
      if (i % 20 == 0)
        quick.await(frame -> frame.path("data").path("version").asLong() == last);
    }
    deaf.read();
    Set<String> seen = new TreeSet<>();
    deaf.await(frame -> frame.path("type").asText().equals("ack")).path("data").path("participants")
        .forEach(presence -> seen.add(presence.path("user").asText()));
    deaf.await(frame -> frame.path("type").asText().equals("cursor:update") && frame.toString().contains("\"x\":" + EVENTS + ","));
    int events = 0;
    for (JsonNode frame : deaf.heard()) {
      for (JsonNode user : frame.path("data").path("users")) {
        events++;
        if (frame.path("type").asText().equals("user:join"))
          assertThat(seen.add(user.path("user").asText())).as("joined while there").isTrue();
        if (frame.path("type").asText().equals("user:leave"))
          assertThat(seen.remove(user.path("user").asText())).as("left while away").isTrue();
      }
    }
    assertThat(seen).isEqualTo(there);
    assertThat(events).as("merged").isLessThan(EVENTS);
  }

  @Test
  void whoAsksOnWithoutTakingAnswersIsNotReadFromUntilTheyDo() {
    TestClient deaf = TestClient.open(gateway.address(""), TestClient.builder().header("Authorization", "Bearer " + Jwt.admin("deaf")),
        false);
    int asked = 0;
    boolean taken = true;
    for (int i = 0; i < 100 && taken; i++) {
      StringBuilder packed = new StringBuilder();
      for (int each = 0; each < QUESTIONS; each++)
        packed.append("{\"type\":\"").append("x".repeat(64)).append("\",\"id\":").append(++asked).append("}\n");
      taken = deaf.offer(packed.toString(), 3);
    }
    assertThat(unsent()).as("of answers to " + asked + " questions").isLessThan(MOST_UNSENT);
    deaf.read();
    int last = asked;
    assertThat(deaf.answer(last).path("data").path("code").asText()).isEqualTo("unsupported");
  }

  private long unsent() {
    return gateway.bus().request(Addresses.gateway(gateway.self), new Measure(), Figures.class, Bus.TIMEOUT)
        .toCompletionStage().toCompletableFuture().join().unsentBytes();
  }

  private void show(String type, String list, String json, String user, Long version) {
    Item item = new Item(new UserId(user), json.getBytes(StandardCharsets.UTF_8));
    RoomEphemeral event = new RoomEphemeral(new RoomId("lobby"), type, list, List.of(item), version, version == null ? null : version - 1,
        version != null);
    gateway.does(() -> gateway.presence.tell(new EphemeralFanout(gateway.other, List.of(event))));
  }

  /** Returns when the gateway's timer, which turns once a second by the machine's time, has seen it: somebody who does not say who they are is sent away by it. */
  private void pass(long ms) {
    TestClient nobody = TestClient.open(gateway.address(""));
    nobody.awaitPong();
    gateway.clock.pass(ms);
    assertThat(nobody.closed().code()).isEqualTo(4401);
  }
}