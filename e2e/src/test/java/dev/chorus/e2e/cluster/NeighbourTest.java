package dev.chorus.e2e.cluster;

import static dev.chorus.e2e.kit.ChatClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chorus.e2e.kit.ChatClient;
import dev.chorus.e2e.kit.ClusterProcess;
import dev.chorus.e2e.kit.HttpApi;
import dev.chorus.e2e.kit.Neighbour;
import dev.chorus.e2e.kit.StandingCluster;
import dev.chorus.e2e.neighbour.EventSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A program that knows nothing of Chorus but the cluster's name and one address tells events to people on two gateways. */
@ExtendWith(StandingCluster.class)
final class NeighbourTest {
  @Test
  void itsEventsReachRoomsAndUsersOnEveryGatewayAndTicketsWorkOnBoth() throws Exception {
    ClusterProcess cluster = StandingCluster.cluster();
    try (ChatClient ann = ChatClient.connect(cluster.gateway(0).http(), cluster.tokens().of("ann"));
        ChatClient annElsewhere = ChatClient.connect(cluster.gateway(1).http(), cluster.tokens().of("ann"));
        ChatClient ben = ChatClient.connect(cluster.gateway(1).http(), cluster.tokens().of("ben"))) {
      ann.join("news");
      ben.join("news");
      try (Neighbour source = Neighbour.start(EventSource.class.getName(), "chorus-" + cluster.launcher().pid(),
          Integer.toString(ClusterProcess.freePorts(1)), members(cluster.data()))) {
        source.tell("{\"room\":\"news\",\"type\":\"app:headline\",\"data\":{\"text\":\"Grüße\"}}");
        source.awaitLine(line -> line.equals("answer {}"));
        for (ChatClient reader : List.of(ann, ben)) {
          JsonNode event = reader.expect(type("app:headline"));
          assertThat(event.get("room").asText()).isEqualTo("news");
          assertThat(event.get("data").get("text").asText()).isEqualTo("Grüße");
        }
        source.tell("{\"user\":\"ann\",\"type\":\"app:personal\",\"data\":{}}");
        ann.expect(type("app:personal"));
        annElsewhere.expect(type("app:personal"));
        source.tell("{\"room\":\"news\",\"type\":\"message:new\",\"data\":{}}");
        assertThat(source.awaitLine(line -> line.startsWith("refused"))).startsWith("refused 400 bad_request: ");
      }
      assertThat(ben.received()).noneMatch(type("app:personal"));
      assertThat(annElsewhere.received()).as("not in the room").noneMatch(type("app:headline"));

      HttpApi api = new HttpApi(cluster.gateway(0).http(), cluster.tokens().of("cat"));
      String ticket = HttpApi.json(api.post("/api/ws/ticket", "")).get("ticket").asText();
      try (ChatClient cat = ChatClient.open(cluster.gateway(1).http(), "?ticket=" + ticket)) {
        assertThat(cat.expect(type("welcome")).get("data").get("user").asText()).isEqualTo("cat");
      }
      HttpApi admin = new HttpApi(cluster.gateway(1).http(), cluster.tokens().admin("root"));
      assertThat(HttpApi.json(admin.get("/api/ws/stats")).get("nodes")).hasSize(2);
    }
  }

  /** Where the nodes find each other, as the launcher notes it for nodes that join later. */
  private static String members(Path data) throws Exception {
    List<String> members = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("run"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".member")).toList())
        members.add("127.0.0.1:" + new ObjectMapper().readTree(file.toFile()).get("clusterPort").asInt());
    }
    return String.join(",", members);
  }
}
