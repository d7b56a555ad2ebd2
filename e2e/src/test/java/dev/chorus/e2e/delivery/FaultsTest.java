package dev.chorus.e2e.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.cluster.Ring;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChorusProcess;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.Reader;
import dev.chorus.e2e.kit.Sender;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.Times;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.model.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200 messages a second, some of them sent twice, while nodes are killed and stopped, PostgreSQL dies and clients are cut off: nothing that was acknowledged is lost, no seq is
 * missing or comes twice, no message is in the log twice, and nothing is seen that nobody sent.
 */
final class FaultsTest {
  private static final int ROUNDS = Soak.size(1, 4);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration STOPPED = Duration.ofSeconds(5);
  private static final List<String> ROOMS = List.of("faults-a", "faults-b");
  private final List<Times> table = new ArrayList<>();
  private final List<Sender> senders = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private ClusterProcess cluster;

  @Test
  void whateverDiesNothingAcknowledgedIsLostAndNothingComesTwice(@TempDir Path data) throws Exception {
    cluster = ClusterProcess.start(data, 2, 3, 2, 1, Map.of());
    try {
      Tokens tokens = cluster.tokens();
      for (int i = 0; i < 8; i++) {
        String user = "sender" + i;
        senders.add(new Sender(this::gateways, tokens.admin(user), user, ROOMS.get(i % 2), 25).resending(7));
      }
      for (int i = 0; i < 4; i++)
        readers.add(new Reader(this::gateways, tokens.of("reader" + i), ROOMS.get(i % 2)));
      flows();
      for (int round = 1; round <= ROUNDS; round++)
        round(data, new Random(round));
      flows();
      senders.forEach(Sender::close);
      for (String room : ROOMS)
        check(room);
    } finally {
      senders.forEach(Sender::close);
      readers.forEach(Reader::close);
      cluster.close();
    }
    table.forEach(Times::print);
  }

  private void round(Path data, Random random) throws Exception {
    fault("delivery owner killed", random, () -> owner().kill());
    fault("delivery owner stopped for 5 s", random, () -> {
      Node stopped = owner();
      stopped.stop();
      LockSupport.parkNanos(STOPPED.toNanos());
      stopped.resume();
    });
    fault("gateway killed", random, () -> cluster.nodes("gateway").getFirst().kill());
    fault("presence owner killed", random, () -> cluster.nodes("presence").getFirst().kill());
    fault("PostgreSQL killed", random, () -> ChorusProcess.signal(Await.until("a postmaster", LONG, () -> postmaster(data)), "KILL"));
    if (ROUNDS > 1) {
      for (String role : List.of("delivery", "gateway", "presence"))
        cluster.addNode(role);
      cluster.awaitNodes(2, 3, 2, 1);
    }
  }

  private interface Fault {
    void happen() throws Exception;
  }

  /** From before the fault until every sender has been answered again; clients are cut off meanwhile. */
  private void fault(String what, Random random, Fault fault) throws Exception {
    senders.forEach(Sender::longestSilence);
    fault.happen();
    readers.get(random.nextInt(readers.size())).breakOff();
    long over = System.nanoTime();
    Await.until("senders go on after: " + what, LONG, () -> senders.stream().allMatch(sender -> sender.lastAckNanos() > over));
    Duration silence = senders.stream().map(Sender::longestSilence).max(Duration::compareTo).orElseThrow();
    Times times = new Times(what + ": longest silence of any sender");
    times.add(silence);
    table.add(times);
    flows();
  }

  /** Everybody goes on: nothing is stuck behind what happened. */
  private void flows() {
    long now = System.nanoTime();
    List<Long> positions = readers.stream().map(Reader::position).toList();
    Await.until("senders and readers go on", LONG, () -> senders.stream().allMatch(sender -> sender.lastAckNanos() > now)
        && LongStream.range(0, readers.size()).allMatch(i -> readers.get((int) i).position() > positions.get((int) i) + 50));
  }

  private void check(String room) {
    Map<Long, String> acked = new HashMap<>();
    for (Sender sender : senders) {
      assertThat(sender.faults()).as("resends").isEmpty();
      if (isIn(room, senders, sender))
        acked.putAll(sender.acked());
    }
    long head = acked.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
    for (Reader reader : readers) {
      if (!isIn(room, readers, reader))
        continue;
      Await.until("reader has all up to " + head, LONG, () -> reader.position() >= head);
      assertThat(reader.faults()).isEmpty();
      assertThat(reader.entries().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, reader.position()).boxed().toList());
      assertThat(reader.entries()).containsAllEntriesOf(acked);
      Collection<String> ids = reader.clientIds().values();
      assertThat(ids).doesNotHaveDuplicates();
      assertThat(ids).allMatch(id -> senders.stream().anyMatch(sender -> sender.hasSent(id)), "was sent by somebody");
    }
    System.out.printf("%s: %d acknowledged, 0 lost, 0 gaps, 0 repeats, 0 unsent seen; %d reconnections, %d refusals%n", room, acked.size(),
        readers.stream().mapToInt(Reader::reconnects).sum(), senders.stream().mapToInt(Sender::refusals).sum());
  }

  private static <T> boolean isIn(String room, List<T> all, T one) {
    return ROOMS.get(all.indexOf(one) % 2).equals(room);
  }

  private Node owner() throws IOException {
    List<Node> nodes = cluster.nodes("delivery");
    NodeId owner = Ring.of(nodes.stream().map(node -> new NodeId(node.node())).toList()).owner(ROOMS.getFirst()).orElseThrow();
    return nodes.stream().filter(node -> node.node().equals(owner.value())).findFirst().orElseThrow();
  }

  private List<URI> gateways() {
    return Await.until("a gateway", LONG, () -> {
      List<URI> alive = cluster.nodes("gateway").stream().map(Node::http).toList();
      return alive.isEmpty() ? null : alive;
    });
  }

  /** The process id on the first line of PostgreSQL's own lock file. */
  private static long postmaster(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data, 4)) {
      Path lock = files.filter(file -> file.endsWith("postmaster.pid")).findFirst().orElseThrow(() -> new IOException("not running"));
      return Long.parseLong(Files.readAllLines(lock).getFirst().trim());
    }
  }
}
