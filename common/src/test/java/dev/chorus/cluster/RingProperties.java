package dev.chorus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RingProperties {
  private static final int KEYS = 400;

  @Property
  void theOwnerDependsOnTheMembersAndNotOnTheirOrder(@ForAll("nodes") Set<String> names, @ForAll String key, @ForAll long seed) {
    List<NodeId> nodes = nodes(names);
    List<NodeId> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, new Random(seed));
    shuffled.add(nodes.getFirst());
    assertThat(Ring.of(nodes).owner(key)).isEqualTo(Ring.of(shuffled).owner(key)).get().isIn(nodes);
    assertThat(Ring.of(nodes)).isEqualTo(Ring.of(shuffled)).hasSameHashCodeAs(Ring.of(shuffled));
  }

  @Property(tries = 200)
  void whenANodeGoesOnlyItsKeysMoveAndWhenItComesItOnlyTakes(@ForAll("nodes") Set<String> names, @ForAll @IntRange(max = 100) int which) {
    List<NodeId> all = nodes(names);
    NodeId gone = all.get(which % all.size());
    Ring before = Ring.of(all);
    Ring after = Ring.of(all.stream().filter(node -> !node.equals(gone)).toList());
    keys().filter(key -> !before.owns(gone, key)).forEach(key -> assertThat(after.owner(key)).isEqualTo(before.owner(key)));
  }

  @Property(tries = 50)
  void keysAreSpreadEvenly(@ForAll @IntRange(min = 2, max = 8) int nodes, @ForAll @IntRange(max = 1_000_000) int run) {
    Ring ring = Ring.of(IntStream.range(0, nodes).mapToObj(i -> new NodeId("presence-" + run + "-" + i)).toList());
    int keys = 4000 * nodes;
    Map<NodeId, Long> shares = IntStream.range(0, keys).mapToObj(i -> ring.owner("room-" + i).orElseThrow())
        .collect(Collectors.groupingBy(node -> node, Collectors.counting()));
    // 4000 keys a node have a standard deviation below 64: 15 % is more than nine of them.
    assertThat(shares.values()).hasSize(nodes).allSatisfy(share -> assertThat(share).isBetween(3400L, 4600L));
  }

  @Test
  void anEmptyRingOwnsNothing() {
    assertThat(Ring.EMPTY.owner("x")).isEmpty();
    assertThat(Ring.EMPTY.owns(new NodeId("a"), "x")).isFalse();
  }

  private static java.util.stream.Stream<String> keys() {
    return IntStream.range(0, KEYS).mapToObj(i -> "room-" + i);
  }

  private static List<NodeId> nodes(Set<String> names) {
    return names.stream().map(NodeId::new).toList();
  }

  @Provide
  Arbitrary<Set<String>> nodes() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(8).set().ofMinSize(1).ofMaxSize(9);
  }
}
