package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.NodeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinorityTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private final Minority minority = new Minority();

  @Test
  void whoLosesMoreThanHalfIsAMinorityUntilTheyAreBack() {
    minority.observe(Set.of(A, B, C), Set.of(A, B, C), 0);
    minority.observe(Set.of(A, B), Set.of(A, B), 10);
    assertThat(minority.holds(10)).isFalse();
    minority.observe(Set.of(A), Set.of(A), 20);
    assertThat(minority.holds(20)).isTrue();
    minority.observe(Set.of(A, B, C), Set.of(A), 30);
    assertThat(minority.holds(30)).isFalse();
  }

  @Test
  void whoIsLeftForFifteenSecondsIsTheCluster() {
    minority.observe(Set.of(A, B, C), Set.of(A, B, C), 0);
    minority.observe(Set.of(A), Set.of(A), 1);
    assertThat(minority.holds(Minority.WINDOW_MS)).isTrue();
    assertThat(minority.holds(1 + Minority.WINDOW_MS)).isFalse();
  }

  @Test
  void whoSaidThatItDrainsIsNotLost() {
    minority.observe(Set.of(A, B, C), Set.of(A, B, C), 0);
    minority.observe(Set.of(A, B, C), Set.of(A), 1);
    minority.observe(Set.of(A), Set.of(A), 2);
    assertThat(minority.holds(2)).isFalse();
  }
}
