package dev.chorus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.NodeId;
import org.junit.jupiter.api.Test;

class NodeAddressTest {
  @Test
  void theAddressOfARoleTellsItsNode() {
    NodeId node = new NodeId("delivery-x1");
    assertThat(NodeAddress.nodeOf(NodeAddress.of("delivery", node))).contains(node);
    assertThat(NodeAddress.nodeOf(NodeAddress.of("node", node))).contains(node);
  }

  @Test
  void aPublicAddressBelongsToNoNode() {
    assertThat(NodeAddress.nodeOf("chorus.messages")).isEmpty();
    assertThat(NodeAddress.nodeOf("odd@")).isEmpty();
  }
}
