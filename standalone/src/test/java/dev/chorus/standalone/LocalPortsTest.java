package dev.chorus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalPortsTest {
  private static final int CLIENTS = 8_080;

  @Test
  void clustersThatAreStartedTogetherLookInDifferentPlaces() {
    assertThat(LocalPorts.takeBeside(CLIENTS, 9)).doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(LocalPorts.takeBeside(CLIENTS + 1, 9));
  }

  @Test
  void aPortThatIsTakenIsPassedOver() throws Exception {
    List<Integer> free = LocalPorts.takeBeside(CLIENTS, 3);
    try (ServerSocket taken = new ServerSocket(free.get(1), 1, InetAddress.getLoopbackAddress())) {
      assertThat(LocalPorts.takeBeside(CLIENTS, 3)).hasSize(3).doesNotContain(taken.getLocalPort());
    }
  }
}
