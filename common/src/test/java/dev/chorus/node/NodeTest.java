package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chorus.cluster.Role;
import dev.chorus.config.ConfigurationException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
  @TempDir
  Path directory;

  @Test
  void aNodeServesTellsWhereAndStopsInOrder() throws Exception {
    IdleService service = new IdleService(Role.DELIVERY);
    Path status = directory.resolve("status.json");
    Node node = start(service, Map.of("CHORUS_HOST", "127.0.0.1", "CHORUS_MANAGEMENT_PORT", "0", "CHORUS_STATUS_FILE", status.toString()));
    JsonNode told = new ObjectMapper().readTree(status.toFile());
    int port = told.get("managementPort").asInt();
    assertThat(told.get("node").asText()).isEqualTo(node.context().self().value());
    assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(port, "/health/ready").statusCode()).isEqualTo(200);
    assertThat(get(port, "/metrics").body()).contains("jvm_memory_used_bytes");
    assertThat(get(port, "/elsewhere").statusCode()).isEqualTo(404);
    assertThat(node.context().cluster().ring(Role.DELIVERY).nodes()).containsExactly(node.context().self());
    node.stop().await(20, TimeUnit.SECONDS);
    assertThat(service.calls).containsExactly("start", "drain", "stop");
    assertThat(Files.exists(status)).isFalse();
  }

  @Test
  void aCheckThatIsDownMakesTheNodeUnreadyAndADegradedOneDoesNot() throws Exception {
    Path status = directory.resolve("status.json");
    Node node = start(new IdleService(Role.PRESENCE),
        Map.of("CHORUS_HOST", "127.0.0.1", "CHORUS_MANAGEMENT_PORT", "0", "CHORUS_STATUS_FILE", status.toString()));
    int port = new ObjectMapper().readTree(status.toFile()).get("managementPort").asInt();
    node.context().health().check("slow", () -> Health.Status.DEGRADED);
    assertThat(get(port, "/health/ready").statusCode()).isEqualTo(200);
    node.context().health().check("broken", () -> {
      throw new IllegalStateException("secret");
    });
    HttpResponse<String> answer = get(port, "/health/ready");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("\"broken\":\"DOWN\"").doesNotContain("secret");
    node.stop().await(20, TimeUnit.SECONDS);
  }

  @Test
  void wrongSettingsAreAllReportedBeforeAnythingStarts() {
    IdleService service = new IdleService(Role.DELIVERY);
    Map<String, String> environment = Map.of("CHORUS_MANAGEMENT_PORT", "-1", "CHORUS_CLUSTER_MEMBERS", "nowhere", "CHORUS_NODE", "A B");
    ConfigurationException wrong = catchThrowableOfType(ConfigurationException.class,
        () -> Node.start(List.of(service), environment, Clock.systemUTC()));
    assertThat(wrong.problems()).hasSize(3);
    assertThat(service.calls).isEmpty();
  }

  private static Node start(Service service, Map<String, String> environment) throws Exception {
    return Node.start(List.of(service), environment, Clock.systemUTC()).await(30, TimeUnit.SECONDS);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
