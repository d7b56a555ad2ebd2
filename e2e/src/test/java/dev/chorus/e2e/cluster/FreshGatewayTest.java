package dev.chorus.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.Await;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.ClusterProcess.Node;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that comes while the cluster takes in and loses other nodes says ready when it is: whoever connects then is let into rooms at once. */
final class FreshGatewayTest {
  private static final int ROUNDS = Soak.size(1, 5);
  private static final Duration START = Duration.ofMinutes(3);

  @Test
  void whoeverComesWhenAGatewaySaysReadyIsLetIn(@TempDir Path data) throws Exception {
    try (ClusterProcess cluster = ClusterProcess.start(data, 1, 1, 1, 1, Map.of())) {
      String first = cluster.gateway(0).node();
      for (int round = 0; round < ROUNDS; round++) {
        int rooms = round * 10;
        cluster.addNode("presence");
        cluster.addNode("gateway");
        Node fresh = Await.until("a second gateway is ready", START, () -> cluster.nodes("gateway").stream()
            .filter(node -> !node.node().equals(first) && isReady(node)).findFirst().orElse(null));
        try (ChatClient client = ChatClient.connect(fresh.http(), cluster.tokens().of("ann"))) {
          for (int room = rooms; room < rooms + 10; room++)
            assertThat(client.ask("room:join", "room-" + room, Map.of()).get("type").asText()).isEqualTo("ack");
        }
        fresh.kill();
        Node owner = cluster.nodes("presence").getFirst();
        Await.until("the other presence node is there", START, () -> cluster.nodes("presence").size() == 2);
        owner.kill();
        Await.until("they are gone", START, () -> cluster.nodes("gateway").size() == 1 && cluster.nodes("presence").size() == 1);
      }
    }
  }

  private static boolean isReady(Node node) {
    return HttpApi.status(ClusterProcess.management(node).resolve("/health/ready")) == 200;
  }
}
