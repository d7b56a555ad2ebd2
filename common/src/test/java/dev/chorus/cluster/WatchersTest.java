package dev.chorus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.NodeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private static final NodeId G1 = new NodeId("g1");
  private static final NodeId G2 = new NodeId("g2");
  private final Watchers<String> watchers = new Watchers<>();

  @Test
  void watchingTwiceIsWatchingOnce() {
    watchers.watch(G1, "a");
    watchers.watch(G1, "a");
    watchers.watch(G2, "a");
    assertThat(watchers.of("a")).containsExactly(G1, G2);
    watchers.unwatch(G1, "a");
    assertThat(watchers.of("a")).containsExactly(G2);
  }

  @Test
  void aGatewayThatLeftWatchesNothing() {
    watchers.watch(G1, "a");
    watchers.watch(G2, "a");
    watchers.watch(G1, "b");
    assertThat(watchers.retain(Set.of(G2))).containsExactly(G1);
    assertThat(watchers.of("a")).containsExactly(G2);
    assertThat(watchers.keys()).containsExactly("a");
    assertThat(watchers.watchedBy(G1)).isEmpty();
    assertThat(watchers.retain(Set.of(G2))).isEmpty();
  }

  @Test
  void aKeyThatIsForgottenLeavesNothingBehind() {
    watchers.watch(G1, "a");
    watchers.forget("a");
    watchers.forget("never");
    watchers.unwatch(G1, "a");
    assertThat(watchers.keys()).isEmpty();
    assertThat(watchers.gateways()).isEmpty();
  }
}
