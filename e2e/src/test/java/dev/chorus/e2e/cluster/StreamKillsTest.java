package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.cluster.Ring;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.Soak;
import dev.chorus.e2e.kit.StreamViewer;
import dev.chorus.e2e.kit.Times;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many answers at once, while streaming owners and gateways are killed with {@code kill -9} or stopped for five seconds: every viewer ends with the text that the log has,
 * numbers without a gap, and one end; none is stuck. {@code -Dchorus.streams.viewers} is how many are viewed at once, {@code -Dchorus.streams.kills} how often something is
 * killed and something stopped. The silences that viewers see are printed.
 */
final class StreamKillsTest {
  private static final int STREAMS = Integer.getInteger("chorus.streams.viewers", Soak.size(20, 200));
  private static final int KILLS = Integer.getInteger("chorus.streams.kills", Soak.size(1, 30));
  private static final int WORDS = 120;
  private static final Duration HANGS = Duration.ofSeconds(5);
  private static final Duration SEEN_FOR = Duration.ofSeconds(4);
  private static final Duration MEDIAN = Duration.ofSeconds(6);
  private static final Duration STUCK = Duration.ofMinutes(4);
  private final Times owners = new Times("streaming owner killed: longest silence of its answers");
  private final Times gateways = new Times("gateway killed: longest silence of an answer at its viewers");
  private final Times hungOwners = new Times("streaming owner stopped for 5 s: longest silence of its answers");
  private final Times hungGateways = new Times("gateway stopped for 5 s: longest silence at its viewers");
  private final List<StreamViewer> viewers = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
  /** The running answers that are said otherwise each time. */
  private final Set<String> drifting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger verified = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private ClusterProcess cluster;
  private Tokens tokens;
  private volatile boolean over;

  @Test
  void everyViewerEndsWithTheWholeAnswerWhateverIsKilled(@TempDir Path data) throws Exception {
    // A word each 100 ms, or less often where there are many.
    int everyMs = Math.max(100, STREAMS * 2);
    try (MockProvider provider = new MockProvider()) {
      Path file = Files.writeString(data.resolve("providers.json"), provider.providerFile("words-" + WORDS + "-every-" + everyMs, true));
      cluster = ClusterProcess.start(data.resolve("cluster"), 2, 2, 1, 2,
          Map.of("MOCK_KEY", "secret", "CHORUS_MAX_STREAMS_PER_USER", "5000", "CHORUS_RATE_STREAMS", "1000000",
              "CHORUS_MAX_ROOMS_PER_CONNECTION", "100000", "CHORUS_RATE_FRAMES", "10000"),
          "--providers",
          file.toString());
      tokens = cluster.tokens();
      for (int i = 0; i < 2; i++)
        viewers.add(new StreamViewer(this::gateways, tokens.of("viewer"), i));
      run(everyMs);
    } finally {
      over = true;
      viewers.forEach(StreamViewer::close);
      if (cluster != null)
        cluster.close();
    }
  }

  private void run(int everyMs) throws Exception {
    List<Thread> slots = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      int slot = i;
      slots.add(Thread.ofVirtual().start(() -> watch(slot, everyMs)));
    }
    Await.until("all streams run", STUCK, () -> viewers.getFirst().open().size() >= STREAMS || !faults.isEmpty());
    for (int round = 0; round < KILLS && faults.isEmpty(); round++) {
      boolean owner = round % 2 == 0;
      killed(owner);
      stopped(!owner);
      if (round == KILLS - 1)
        break;
      cluster.addNode(owner ? "streaming" : "gateway");
      cluster.awaitNodes(2, 2, 1, 2);
    }
    over = true;
    for (Thread slot : slots)
      assertThat(slot.join(STUCK.plusMinutes(1))).isTrue();
    assertThat(faults).isEmpty();
    assertThat(verified.get()).isGreaterThanOrEqualTo(STREAMS);
    for (Times times : List.of(owners, gateways, hungOwners, hungGateways))
      if (times.count() > 0)
        times.print();
    System.out.printf("%d answers at %d viewers, all whole; %d were reset, viewers connected anew %d times%n", verified.get(),
        viewers.size(),
        resets.get(), viewers.stream().mapToInt(StreamViewer::reconnects).sum());
    assertThat(owners.count()).isPositive();
    // Several times what is seen on two cores that do nothing else.
    for (Times times : List.of(owners, gateways))
      if (Soak.isWhole() && times.count() > 0)
        assertThat(times.median()).isLessThan(MEDIAN);
    assertThat(resets.get()).as("an answer was further than what is the same each time when its owner was killed").isPositive();
  }

  private void killed(boolean owner) throws Exception {
    Node victim = cluster.nodes(owner ? "streaming" : "gateway").getFirst();
    if (owner)
      awaitPrey(victim);
    mark(victim, owner);
    victim.kill();
    LockSupport.parkNanos(SEEN_FOR.toNanos());
    viewers.forEach(viewer -> viewer.silences().forEach((owner ? owners : gateways)::add));
  }

  /**
   * Of an answer whose beginning is the same each time, nothing has to be taken back while it is no further than that: the victim has one that is, and one that can be gone on with
   * as it is.
   */
  private void awaitPrey(Node victim) {
    Await.until("an answer is beyond what is the same each time, and another goes on", STUCK, () -> {
      StreamViewer viewer = viewers.getFirst();
      List<String> owned = owned(viewer, victim);
      return owned.stream().filter(drifting::contains).anyMatch(stream -> isBetween(viewer.position(stream), WORDS / 3 + 1, WORDS / 2))
          && owned.stream().filter(stream -> !drifting.contains(stream))
              .anyMatch(stream -> isBetween(viewer.position(stream), 0, WORDS / 2));
    });
  }

  private static boolean isBetween(long position, long low, long high) {
    return position > low && position < high;
  }

  /** The running answers of a node that a viewer looks at. */
  private List<String> owned(StreamViewer viewer, Node owner) throws IOException {
    Ring ring = ring();
    return viewer.open().stream().filter(stream -> ring.owner(new StreamId(stream).key()).orElseThrow().value().equals(owner.node()))
        .toList();
  }

  private Ring ring() throws IOException {
    return Ring.of(cluster.nodes("streaming").stream().map(node -> new NodeId(node.node())).toList());
  }

  private void stopped(boolean owner) throws Exception {
    Node victim = cluster.nodes(owner ? "streaming" : "gateway").getLast();
    mark(victim, owner);
    victim.stop();
    LockSupport.parkNanos(HANGS.toNanos());
    victim.resume();
    LockSupport.parkNanos(SEEN_FOR.toNanos());
    viewers.forEach(viewer -> viewer.silences().forEach((owner ? hungOwners : hungGateways)::add));
  }

  /**
   * Those that will notice it are measured: the answers of an owner, the viewers of a gateway. What its provider has to say anew from the beginning goes on when it is where it was,
   * which takes as long as the provider does; those are looked at for their text only.
   */
  private void mark(Node victim, boolean owner) throws IOException {
    for (StreamViewer viewer : viewers)
      if (owner)
        viewer.mark(owned(viewer, victim).stream().filter(stream -> !drifting.contains(stream)).toList());
      else if (victim.http().equals(viewer.gateway()))
        viewer.mark(viewer.open());
  }

  /** One answer after the other, half of them in a room; half from a provider that goes on where it was, half from one that says something else each time. */
  private void watch(int slot, int everyMs) {
    String model = (slot % 4 < 2 ? "words-" : "drift-") + WORDS + "-every-" + everyMs;
    try {
      for (int turn = 0; turn == 0 || !over; turn++) {
        // A room of its own: viewers of a room that they have joined already would see the answer without attaching.
        String room = slot % 2 == 0 ? null : "room" + slot + "." + turn;
        String stream = start(room, model);
        if (model.startsWith("drift"))
          drifting.add(stream);
        viewers.forEach(viewer -> viewer.follow(stream, room));
        verify(stream, model);
        viewers.forEach(viewer -> viewer.forget(stream));
        drifting.remove(stream);
      }
    } catch (Exception | AssertionError e) {
      faults.add(e);
    }
  }

  private void verify(String stream, String model) throws Exception {
    String kept = null;
    for (StreamViewer viewer : viewers) {
      List<JsonNode> frames = Await.until(() -> stream + " is stuck: " + viewer.progress(stream), STUCK, () -> viewer.ended(stream));
      StreamText seen = StreamText.of(frames);
      assertThat(seen.end().get("status").asText()).as(stream + " " + seen.end()).isEqualTo("COMPLETED");
      if (kept == null)
        kept = logged(stream);
      assertThat(seen.text()).as(stream).isEqualTo(kept);
      if (frames.toString().contains("\"reset\""))
        resets.incrementAndGet();
    }
    if (model.startsWith("words"))
      assertThat(kept).isEqualTo(MockProvider.text(WORDS));
    else
      assertThat(kept.split(" ", -1)).as(stream).hasSize(WORDS);
    verified.incrementAndGet();
  }

  /** The text as the log has it. */
  private String logged(String stream) {
    return Await.until("the text of " + stream, Duration.ofMinutes(1), () -> HttpApi
        .json(new HttpApi(gateways().getFirst(), tokens.of("viewer")).get("/api/streams/" + stream, "Accept", "application/json"))
        .get("text")
        .asText());
  }

  private String start(String room, String model) {
    String once = UUID.randomUUID().toString();
    return Await.until("a stream is started", Duration.ofMinutes(1), () -> {
      List<URI> choice = gateways();
      try (ChatClient client = ChatClient.connect(choice.get(Math.floorMod(once.hashCode(), choice.size())), tokens.of("viewer"))) {
        if (room != null)
          client.join(room);
        JsonNode answer = client.ask("stream:start", room,
            Map.of("model", model, "clientId", once, "messages", List.of(Map.of("role", "user", "content", "go"))));
        if (answer.get("type").asText().equals("ack"))
          return answer.get("data").get("streamId").asText();
        if (!answer.get("data").get("retryable").asBoolean())
          faults.add(new AssertionError("refused for good: " + answer));
        return null;
      } catch (AssertionError e) {
        return null;
      }
    });
  }

  /** The gateways, as a load balancer that notices a dead one would offer them. */
  private List<URI> gateways() {
    return Await.until("a gateway", Duration.ofMinutes(1), () -> {
      List<URI> alive = cluster.nodes("gateway").stream().map(Node::http).toList();
      return alive.isEmpty() ? null : alive;
    });
  }
}
