package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.Verdict;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.protocol.Ack;
import dev.chorus.testkit.TestPostgres;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes that both believe to own every room: PostgreSQL's locks alone keep the order. */
class TwoBelieversTest {
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static final int ROOMS = 7;
  private static final Duration LOAD = Duration.ofSeconds(4);
  /** On a machine that stands still meanwhile they go on until they have sent so many. */
  private static final int LEAST = 1_000;
  private static List<DeliveryNode> nodes;

  @BeforeAll
  static void start() {
    nodes = List.of(DeliveryNode.start(DATABASE, "delivery-1", Map.of()), DeliveryNode.start(DATABASE, "delivery-2", Map.of()));
  }

  @AfterAll
  static void stop() {
    nodes.forEach(DeliveryNode::close);
  }

  @Test
  void underLoadFromBothTheNumbersHaveNoGapAndNoDouble() throws InterruptedException {
    for (int room = 0; room < ROOMS; room++)
      nodes.getFirst().join("room-" + room, "ada");
    List<Map<String, Set<Long>>> acked = nodes.stream().map(node -> (Map<String, Set<Long>>) new HashMap<String, Set<Long>>()).toList();
    List<CompletableFuture<Void>> loads = IntStream.range(0, nodes.size())
        .mapToObj(n -> CompletableFuture.runAsync(() -> load(n, acked.get(n)), command -> Thread.ofPlatform().start(command))).toList();
    loads.forEach(CompletableFuture::join);
    int total = 0;
    for (int i = 0; i < ROOMS; i++) {
      String room = "room-" + i;
      Set<Long> both = new TreeSet<>(acked.get(0).get(room));
      both.addAll(acked.get(1).get(room));
      assertThat(both).as("no seq was given to both").hasSize(acked.get(0).get(room).size() + acked.get(1).get(room).size());
      long head = nodes.getFirst().read(room, 0, 1).head();
      assertThat(List.copyOf(both)).isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
      assertThat(all(room)).isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
      total += both.size();
    }
    assertThat(total).isGreaterThanOrEqualTo(2 * LEAST);
  }

  /** Sends batches over overlapping rooms, some messages twice, and collects the seqs of first acks. */
  private static void load(int n, Map<String, Set<Long>> acked) {
    for (int i = 0; i < ROOMS; i++)
      acked.put("room-" + i, new HashSet<>());
    long end = System.nanoTime() + LOAD.toNanos();
    int sent = 0;
    while (System.nanoTime() < end || sent < LEAST) {
      List<Append> batch = new ArrayList<>();
      for (int i = ThreadLocalRandom.current().nextInt(40); i >= 0; i--) {
        Append message = message("room-" + ThreadLocalRandom.current().nextInt(ROOMS), "ada", n + "-" + sent++, "hello");
        batch.add(message);
        if (ThreadLocalRandom.current().nextInt(200) == 0)
          batch.add(message);
      }
      List<Verdict> verdicts = await(nodes.get(n).sending(batch));
      for (int i = 0; i < batch.size(); i++) {
        Ack.Sent ack = verdicts.get(i).sent();
        assertThat(ack).isNotNull();
        if (!ack.duplicate())
          acked.get(batch.get(i).entry().room().value()).add(ack.seq());
      }
    }
  }

  @Test
  void twoHundredParallelSendsOfOneClientIdMakeOneEntry() {
    nodes.getFirst().join("once", "ada");
    List<Future<List<Verdict>>> sends = new ArrayList<>();
    for (int i = 0; i < 200; i++)
      sends.add(nodes.get(i % 2).sending(List.of(message("once", "ada", "the-one", "hello " + i))));
    List<Ack.Sent> acks = sends.stream().map(send -> await(send).getFirst().sent()).toList();
    assertThat(acks).extracting(Ack.Sent::messageId).containsOnly(acks.getFirst().messageId());
    assertThat(acks).extracting(Ack.Sent::seq).containsOnly(1L);
    assertThat(acks).filteredOn(ack -> !ack.duplicate()).hasSize(1);
    assertThat(all("once")).containsExactly(1L);
  }

  private static List<Long> all(String room) {
    List<Long> seqs = new ArrayList<>();
    LogPage page;
    do {
      page = nodes.getFirst().read(room, seqs.isEmpty() ? 0 : seqs.getLast(), 1000);
      seqs.addAll(ReadingTest.seqs(page.entries()));
    } while (seqs.size() < page.head() && !page.entries().isEmpty());
    return seqs;
  }
}
