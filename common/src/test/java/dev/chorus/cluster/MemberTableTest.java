package dev.chorus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.NodeId;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemberTableTest {
  private static final NodeId SELF = new NodeId("self");
  private static final NodeId OTHER = new NodeId("other");
  private final MemberTable table = new MemberTable(SELF, Set.of(Role.DELIVERY));

  @Test
  void aMemberIsInTheRingOnlyWhileItServes() {
    table.joined(OTHER, Set.of(Role.DELIVERY, Role.GATEWAY));
    assertThat(table.members()).containsExactlyInAnyOrder(SELF, OTHER);
    assertThat(table.ring(Role.DELIVERY).nodes()).isEmpty();
    table.says(OTHER, MemberState.SERVING);
    assertThat(table.ring(Role.DELIVERY).nodes()).containsExactly(OTHER);
    assertThat(table.ring(Role.GATEWAY).nodes()).containsExactly(OTHER);
    assertThat(table.ring(Role.PRESENCE).nodes()).isEmpty();
    table.says(OTHER, MemberState.DRAINING);
    assertThat(table.ring(Role.DELIVERY).nodes()).isEmpty();
    assertThat(table.members()).contains(OTHER);
  }

  @Test
  void whatAnAbsentNodeSaysCountsForNothing() {
    table.says(OTHER, MemberState.SERVING);
    table.joined(OTHER, Set.of(Role.DELIVERY));
    assertThat(table.ring(Role.DELIVERY).nodes()).isEmpty();
  }

  @Test
  void aNodeThatLeftAndCameBackHasToSayItAgain() {
    table.joined(OTHER, Set.of(Role.DELIVERY));
    table.says(OTHER, MemberState.SERVING);
    table.left(OTHER);
    assertThat(table.members()).containsExactly(SELF);
    table.joined(OTHER, Set.of(Role.DELIVERY));
    assertThat(table.ring(Role.DELIVERY).nodes()).isEmpty();
  }

  @Test
  void itNeverLosesItself() {
    table.left(SELF);
    assertThat(table.members()).containsExactly(SELF);
  }

  @Test
  void listenersHearOfChangesAndOnlyOfChanges() {
    AtomicInteger heard = new AtomicInteger();
    table.onChange(heard::incrementAndGet);
    table.says(SELF, MemberState.SERVING);
    table.says(SELF, MemberState.SERVING);
    table.joined(OTHER, Set.of());
    table.joined(OTHER, Set.of());
    assertThat(heard).hasValue(2);
  }
}
