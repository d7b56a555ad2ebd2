package dev.chorus.e2e.delivery;

import static dev.chorus.e2e.kit.ChatClient.acked;
import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.kit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many messages for users who were away: each gets all of theirs in order, the one with too many gets as many as wait, and who is there is served meanwhile. */
@ExtendWith(StandingCluster.class)
final class DrainTest {
  private static final int USERS = 20;
  private static final int ROOMS = 100;
  private static final int PER_ROOM = 100;
  private static final int TOO_MANY = 3_000;
  /** Others who connect at the same moment, with nothing that waits for them. */
  private static final int CROWD = Soak.size(100, 1_000);
  private static final Duration LONG = Duration.ofSeconds(90);
  private final List<Long> liveMillis = Collections.synchronizedList(new ArrayList<>());
  private Tokens tokens;
  private List<URI> gateways;

  @Test
  void tenThousandWaitingMessagesAreDrainedInOrderAndCompleteBesideLiveSends() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      tokens = StandingCluster.tokens();
      gateways = List.of(StandingCluster.first(), StandingCluster.second());
      all(threads, IntStream.range(0, USERS).<Callable<?>>mapToObj(user -> () -> joinAndLeave("user" + user, rooms(user))).toList());
      joinAndLeave("hoarder", List.of("hoard"));
      for (int room = 0; room < ROOMS; room++)
        fill("waits-" + room, PER_ROOM);
      for (int part = 0; part < TOO_MANY / 500; part++)
        fill("hoard", 500);

      AtomicBoolean draining = new AtomicBoolean(true);
      Future<?> live = threads.submit(() -> sendLive(draining));
      long began = System.nanoTime();
      List<Callable<?>> drains = new ArrayList<>(IntStream.range(0, USERS).<Callable<?>>mapToObj(user -> () -> drain(user)).toList());
      drains.add(this::drainHoarder);
      IntStream.range(0, CROWD).forEach(user -> drains.add(() -> comeIn("crowd" + user)));
      all(threads, drains);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      draining.set(false);
      live.get();
      System.out.printf(Locale.ROOT,
          "%d messages of %d users in %d rooms drained in %d ms while %d others came; live acks meanwhile n=%d p50 %d ms p99 %d ms%n",
          ROOMS * PER_ROOM + StandingCluster.QUEUE_MAX, USERS + 1, ROOMS + 1, took.toMillis(), CROWD, liveMillis.size(), quantile(0.5),
          quantile(0.99));
      assertThat(liveMillis).isNotEmpty();
    }
  }

  private static void all(ExecutorService threads, List<Callable<?>> work) throws ExecutionException, InterruptedException {
    List<Future<?>> results = new ArrayList<>();
    for (Callable<?> each : work)
      results.add(threads.submit(each));
    for (Future<?> result : results)
      result.get();
  }

  private static List<String> rooms(int user) {
    return IntStream.range(0, ROOMS).filter(room -> room % USERS == user).mapToObj(room -> "waits-" + room).toList();
  }

  private ChatClient connect(String user) {
    return Await.until("let in: " + user, LONG, () -> ChatClient.connect(gateways.get(Math.floorMod(user.hashCode(), 2)), tokens.of(user)));
  }

  private Void joinAndLeave(String user, List<String> rooms) {
    try (ChatClient client = connect(user)) {
      for (String room : rooms)
        client.join(room);
    }
    return null;
  }

  private void fill(String room, int messages) throws IOException {
    try (ChatClient writer = ChatClient.connect(gateways.getFirst(), tokens.admin("writer"))) {
      List<Long> posted = new ArrayList<>();
      for (int i = 0; i < messages; i++)
        posted.add(writer.post("message:send", room, Map.of("content", room + " " + i)));
      posted.forEach(id -> acked(writer.answer(id)));
    }
  }

  private Void drain(int user) {
    try (ChatClient client = connect("user" + user)) {
      acked(client.ask("queue:drain", null, Map.of()));
      JsonNode empty = client.expect(type("queue:empty"), LONG);
      List<String> rooms = rooms(user);
      assertThat(empty.get("data").get("delivered").asInt()).isEqualTo(rooms.size() * PER_ROOM);
      assertThat(empty.get("data").get("dropped").asInt()).isZero();
      for (String room : rooms)
        assertThat(seqs(client, room)).containsExactlyElementsOf(LongStream.rangeClosed(1, PER_ROOM).boxed().toList());
      assertThat(client.received().stream().filter(type("room:synced"))).hasSize(rooms.size());
    }
    return null;
  }

  private Void comeIn(String user) {
    try (ChatClient client = connect(user)) {
      acked(client.ask("queue:drain", null, Map.of()));
      client.expect(type("queue:empty"), LONG);
    }
    return null;
  }

  private Void drainHoarder() {
    try (ChatClient client = connect("hoarder")) {
      acked(client.ask("queue:drain", null, Map.of()));
      JsonNode empty = client.expect(type("queue:empty"), LONG);
      assertThat(empty.get("data").get("delivered").asInt()).isEqualTo(StandingCluster.QUEUE_MAX);
      assertThat(empty.get("data").get("dropped").asInt()).isEqualTo(TOO_MANY - StandingCluster.QUEUE_MAX);
      assertThat(seqs(client, "hoard"))
          .containsExactlyElementsOf(LongStream.rangeClosed(TOO_MANY - StandingCluster.QUEUE_MAX + 1, TOO_MANY).boxed().toList());
      assertThat(client.received().stream().filter(type("room:skipped")).mapToLong(DrainTest::width).sum())
          .isEqualTo(TOO_MANY - StandingCluster.QUEUE_MAX);
    }
    return null;
  }

  private static List<Long> seqs(ChatClient client, String room) {
    return client.entries(room).stream().map(frame -> frame.get("seq").asLong()).toList();
  }

  private static long width(JsonNode skipped) {
    return skipped.get("data").get("to").asLong() - skipped.get("data").get("from").asLong() + 1;
  }

  private Void sendLive(AtomicBoolean draining) throws IOException {
    try (ChatClient client = ChatClient.connect(gateways.getFirst(), tokens.admin("live"))) {
      client.join("live");
      while (draining.get()) {
        long began = System.nanoTime();
        client.send("live", "still here");
        liveMillis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
    return null;
  }

  private long quantile(double q) {
    List<Long> sorted = liveMillis.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, q * sorted.size()));
  }
}
