package dev.chorus.e2e.cluster;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.cluster.Ring;
import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.model.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A streaming owner that hangs (SIGSTOP) in the middle of an answer while another takes over, and then wakes up and appends: its append is refused. */
final class ZombieTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  /** The heir is still writing when the zombie wakes up. */
  private static final int WORDS = 1_300;
  private static final String ROOM = "zombies";

  @Test
  void theLateAppendOfAnOwnerThatHungIsRefusedAndNoNumberIsGivenTwice(@TempDir Path data) throws Exception {
    try (MockProvider provider = new MockProvider()) {
      Path file = Files.writeString(data.resolve("providers.json"), provider.providerFile());
      try (
          ClusterProcess cluster = ClusterProcess.start(data.resolve("cluster"), 1, 1, 1, 2, Map.of("MOCK_KEY", "secret"), "--providers",
              file.toString());
          ChatClient viewer = ChatClient.connect(cluster.gateway(0).http(), cluster.tokens().of("viewer"))) {
        viewer.join(ROOM);
        JsonNode started = viewer.insist("stream:start", ROOM, Map.of("model", "words-" + WORDS + "-every-10", "clientId", "the-one",
            "messages", List.of(Map.of("role", "user", "content", "go"))));
        String stream = started.get("streamId").asText();
        viewer.expect(type("stream:chunk").and(frame -> frame.path("data").path("to").asLong() > 100));

        Node zombie = owner(cluster);
        zombie.stop();
        Node heir = cluster.nodes("streaming").stream().filter(node -> !node.node().equals(zombie.node())).findFirst().orElseThrow();
        Await.until("the heir goes on with it", PATIENCE, () -> sum(heir, "chorus_streams_inherited_total") > 0);
        zombie.resume();

        // The heir begins the answer anew and swallows what the viewer has: it takes as long as the whole answer.
        JsonNode end = viewer.expect(type("stream:end"), Duration.ofMinutes(3));
        assertThat(end.get("data").get("status").asText()).describedAs(end.toString()).isEqualTo("COMPLETED");
        Await.until("the zombie was refused", PATIENCE, () -> sum(zombie, "chorus_streams_fenced_total") > 0);
        StreamText seen = StreamText.of(viewer, stream);
        assertThat(seen.text()).isEqualTo(MockProvider.text(WORDS));

        HttpApi api = new HttpApi(cluster.gateway(0).http(), cluster.tokens().of("viewer"));
        JsonNode log = HttpApi.json(api.get("/api/streams/" + stream, "Accept", "application/json"));
        assertThat(log.get("text").asText()).isEqualTo(seen.text());
        assertThat(log.get("head").asLong()).isEqualTo(seen.end().get("seq").asLong());
      }
    }
  }

  private static double sum(Node node, String counter) throws Exception {
    return new HttpApi(ClusterProcess.management(node), null).get("/metrics").body().lines()
        .filter(line -> line.startsWith(counter))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
  }

  private static Node owner(ClusterProcess cluster) throws Exception {
    List<Node> nodes = cluster.nodes("streaming");
    NodeId owner = Ring.of(nodes.stream().map(node -> new NodeId(node.node())).toList()).owner(ROOM).orElseThrow();
    return nodes.stream().filter(node -> node.node().equals(owner.value())).findFirst().orElseThrow();
  }
}
