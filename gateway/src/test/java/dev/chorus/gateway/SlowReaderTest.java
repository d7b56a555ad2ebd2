package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.TestClient;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that does not read holds up nobody, costs a bounded buffer, and misses nothing. */
final class SlowReaderTest {
  private static final int MESSAGES = 600;
  private static final String CONTENT = "x".repeat(50_000);
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
    TestClient deaf = deaf("deaf");
    for (int i = 0; i < MESSAGES; i++)
      gateway.does(() -> gateway.owner("lobby").say("lobby", "zoe", CONTENT));
    for (int i = 0; i < 4; i++) {
      gateway.clock.pass(16_000);
      deaf.raw("{\"type\":\"heartbeat\"}");
      pause();
    }
    deaf.read();
    assertThat(deaf.closed().code()).isEqualTo(4008);
  }

  /** The gateway's timer turns once a second, by the machine's time. */
  private static void pause() {
    long until = System.nanoTime() + 1_500_000_000L;
    while (System.nanoTime() < until)
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
  }
}
