package dev.chorus.e2e.cluster;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.cluster.Ring;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.MockProvider;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Owners and gateways killed with {@code kill -9} under load: no acknowledged message is lost, every reader sees each seq once and in order, every answer is whole or honestly
 * FAILED, and the survivors serve again soon; the times are printed.
 */
final class KillsTest {
  private static final int KILLS = Soak.size(1, 10);
  /** The goal for all of them; in a soak it is asked of half, since the machine may be busy with other things too. */
  private static final Duration SERVES_AGAIN = Duration.ofSeconds(2);
  private static final Duration AT_WORST = Duration.ofSeconds(10);
  /** How long after a kill silence is looked for; longer ones are shown as this long. */
  private static final Duration SEEN_FOR = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String ROOM = "storm";
  private static final int WORDS = 60;
  private final Times delivery = new Times("delivery owner killed: longest silence of any sender");
  private final Times goesOn = new Times("streaming owner killed: until its answer goes on or ends");
  private final Times streamAgain = new Times("streaming owner killed: until a new answer's first token");
  private final Times gateway = new Times("gateway killed: longest silence of any sender");
  private ClusterProcess cluster;

  @Test
  void deliveryOwnersStreamingOwnersAndGatewaysAreKilledInTurn(@TempDir Path data) throws Exception {
    try (MockProvider provider = new MockProvider()) {
      Path file = Files.writeString(data.resolve("providers.json"), provider.providerFile());
      cluster = ClusterProcess.start(data.resolve("cluster"), 2, 2, 1, 2, Map.of("MOCK_KEY", "secret"), "--providers", file.toString());
      killUnderLoad();
    } finally {
      if (cluster != null)
        cluster.close();
    }
  }

  private void killUnderLoad() throws Exception {
    Tokens tokens = cluster.tokens();
    List<Sender> senders = new ArrayList<>();
    List<Reader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        String user = "sender" + i;
        senders.add(new Sender(this::gateways, tokens.admin(user), user, ROOM, 40));
        readers.add(new Reader(this::gateways, tokens.of("reader" + i), ROOM));
      }
      Await.until("load flows", PATIENCE, () -> readers.stream().allMatch(reader -> reader.position() > 50));
      for (int round = 0; round < KILLS; round++) {
        killDeliveryOwner(senders);
        killStreamingOwner(tokens, round);
        killGateway(senders);
        for (String role : List.of("delivery", "streaming", "gateway"))
          cluster.addNode(role);
        cluster.awaitNodes(2, 2, 1, 2);
      }
      senders.forEach(Sender::close);
      check(senders, readers);
    } finally {
      senders.forEach(Sender::close);
      readers.forEach(Reader::close);
    }
    List<Times> all = List.of(delivery, goesOn, streamAgain, gateway);
    all.forEach(Times::print);
    if (!Soak.isWhole())
      return;
    for (Times times : all) {
      assertThat(times.median()).describedAs("half of the times").isLessThan(SERVES_AGAIN);
      assertThat(times.max()).describedAs("the worst").isLessThan(AT_WORST);
    }
  }

  private void killDeliveryOwner(List<Sender> senders) throws Exception {
    senders.forEach(Sender::longestSilence);
    owner("delivery", ROOM).kill();
    LockSupport.parkNanos(SEEN_FOR.toNanos());
    delivery.add(senders.stream().map(Sender::longestSilence).max(Duration::compareTo).orElseThrow());
  }

  private void killGateway(List<Sender> senders) throws Exception {
    senders.forEach(Sender::longestSilence);
    Node victim = cluster.nodes("gateway").getFirst();
    victim.kill();
    LockSupport.parkNanos(SEEN_FOR.toNanos());
    gateway.add(senders.stream().map(Sender::longestSilence).max(Duration::compareTo).orElseThrow());
  }

  private void killStreamingOwner(Tokens tokens, int round) throws Exception {
    try (ChatClient viewer = ChatClient.connect(gateways().getFirst(), tokens.of("viewer"))) {
      String room = "answers" + round;
      viewer.join(room);
      String killed = start(viewer, room, WORDS);
      viewer.expect(type("stream:chunk").and(frame -> frame.path("data").path("to").asLong() > 10));
      long at = System.nanoTime();
      owner("streaming", room).kill();
      // The heir says that it goes on when the provider has said again what was there.
      viewer.expect(type("stream:notice").or(type("stream:end")).and(frame -> frame.toString().contains(killed)), PATIENCE);
      goesOn.add(Duration.ofNanos(System.nanoTime() - at));
      String next = start(viewer, room, 5);
      viewer.expect(type("stream:chunk").and(frame -> frame.toString().contains(next)), PATIENCE);
      streamAgain.add(Duration.ofNanos(System.nanoTime() - at));
      viewer.expect(type("stream:end").and(frame -> frame.toString().contains(killed)), PATIENCE);
      StreamText seen = StreamText.of(viewer, killed);
      if (seen.end().get("status").asText().equals("COMPLETED")) {
        assertThat(seen.text()).isEqualTo(MockProvider.text(WORDS));
      } else {
        assertThat(seen.end().get("status").asText()).isEqualTo("FAILED");
        assertThat(MockProvider.text(WORDS)).startsWith(seen.text());
        assertThat(seen.end().get("error").get("message").asText()).isNotBlank();
      }
    }
  }

  private static String start(ChatClient viewer, String room, int words) {
    return viewer.insist("stream:start", room, Map.of("model", "words-" + words + "-every-50", "clientId", room + "-" + words, "messages",
        List.of(Map.of("role", "user", "content", "go")))).get("streamId").asText();
  }

  private void check(List<Sender> senders, List<Reader> readers) {
    Map<Long, String> acked = new HashMap<>();
    for (Sender sender : senders)
      acked.putAll(sender.acked());
    long head = acked.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
    for (Reader reader : readers) {
      Await.until("reader has all up to " + head, PATIENCE, () -> reader.position() >= head);
      assertThat(reader.faults()).isEmpty();
      assertThat(reader.entries().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, reader.position()).boxed().toList());
      assertThat(reader.entries()).containsAllEntriesOf(acked);
    }
    int reconnects = readers.stream().mapToInt(Reader::reconnects).sum();
    System.out.printf("%d acknowledged, 0 lost, 0 gaps, 0 repeats; readers reconnected %d times, senders were refused %d times%n",
        acked.size(), reconnects,
        senders.stream().mapToInt(Sender::refusals).sum());
  }

  private Node owner(String role, String key) throws IOException {
    List<Node> nodes = cluster.nodes(role);
    NodeId owner = Ring.of(nodes.stream().map(node -> new NodeId(node.node())).toList()).owner(key).orElseThrow();
    return nodes.stream().filter(node -> node.node().equals(owner.value())).findFirst().orElseThrow();
  }

  /** The gateways, as a load balancer that notices a dead one would offer them. */
  private List<URI> gateways() {
    return Await.until("a gateway", PATIENCE, () -> {
      List<URI> alive = cluster.nodes("gateway").stream().map(Node::http).toList();
      return alive.isEmpty() ? null : alive;
    });
  }
}
