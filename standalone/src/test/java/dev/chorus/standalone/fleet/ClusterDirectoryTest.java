package dev.chorus.standalone.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDirectoryTest {
  @TempDir
  Path path;

  @Test
  void theListHoldsTheMembersWhoseProcessesRun() throws Exception {
    ClusterDirectory directory = new ClusterDirectory(path);
    directory.begin(Map.of("CHORUS_X", "1"));
    Process shortLived = new ProcessBuilder("true").start();
    assertThat(shortLived.waitFor()).isZero();
    Member alive = new Member("gateway", "gateway-aaaaa", ProcessHandle.current().pid(), 8080, 9000, 5701);
    directory.add(alive);
    directory.add(new Member("delivery", "delivery-bbbbb", shortLived.pid(), null, 9001, 5702));
    assertThat(directory.members()).containsExactly(alive);
    directory.list(directory.members());
    JsonNode list = new ObjectMapper().readTree(path.resolve("cluster.json").toFile());
    List<String> fields = new ArrayList<>();
    list.get(0).fieldNames().forEachRemaining(fields::add);
    assertThat(list).hasSize(1);
    assertThat(fields).containsExactly("role", "node", "pid", "port", "managementPort");
    assertThat(list.get(0).get("port").asInt()).isEqualTo(8080);
  }

  @Test
  void aNodeThatTakesNoClientsHasThePortNull() throws Exception {
    ClusterDirectory directory = new ClusterDirectory(path);
    directory.begin(Map.of());
    directory.list(List.of(new Member("delivery", "delivery-bbbbb", 1, null, 9001, 5702)));
    assertThat(new ObjectMapper().readTree(path.resolve("cluster.json").toFile()).get(0).get("port").isNull()).isTrue();
  }

  @Test
  void whatLaterNodesAreToldIsForTheOwnerOnlyAndGoesWithTheCluster() throws Exception {
    ClusterDirectory directory = new ClusterDirectory(path);
    assertThat(directory.environment()).isEmpty();
    directory.begin(Map.of("CHORUS_JWT_SECRET", "s"));
    assertThat(directory.environment()).contains(Map.of("CHORUS_JWT_SECRET", "s"));
    assertThat(Files.getPosixFilePermissions(path.resolve("run/environment.json")).toString()).doesNotContain("GROUP")
        .doesNotContain("OTHERS");
    directory.end();
    assertThat(directory.environment()).isEmpty();
    assertThat(new ObjectMapper().readTree(path.resolve("cluster.json").toFile())).isEmpty();
  }
}
