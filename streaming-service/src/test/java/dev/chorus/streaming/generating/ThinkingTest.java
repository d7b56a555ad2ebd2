package dev.chorus.streaming.generating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinkingTest {
  private static final NodeId SELF = new NodeId("s1");
  private static final NodeId OWNER = new NodeId("p1");
  private static final Generation ONE = generation("one");
  private static final Generation TWO = generation("two");
  private final MemberTable cluster = new MemberTable(SELF, Set.of(Role.STREAMING));
  private final List<Answering> said = new ArrayList<>();
  private final Thinking thinking = new Thinking(cluster, (owner, answering) -> {
    assertThat(owner).isEqualTo(OWNER);
    said.add(answering);
  });

  ThinkingTest() {
    cluster.joined(OWNER, Set.of(Role.PRESENCE));
    cluster.says(OWNER, MemberState.SERVING);
  }

  @Test
  void whatIsNewIsSaidSoonAndEverythingAgainEveryTwoSeconds() {
    thinking.look(List.of(), 0);
    thinking.look(List.of(ONE), 100);
    thinking.look(List.of(ONE), 200);
    thinking.look(List.of(ONE, TWO), 300);
    assertThat(said).containsExactly(new Answering(SELF, List.of(ONE), List.of()), new Answering(SELF, List.of(TWO), List.of()));
    said.clear();
    thinking.look(List.of(ONE, TWO), 2000);
    assertThat(said).containsExactly(new Answering(SELF, List.of(ONE, TWO), List.of()));
  }

  @Test
  void anEndIsSaidOnceAndAStreamThatAnotherNodeTookOverIsNoLongerSpokenOf() {
    thinking.look(List.of(ONE, TWO), 0);
    said.clear();
    thinking.ended(ONE);
    thinking.look(List.of(), 100);
    assertThat(said).containsExactly(new Answering(SELF, List.of(), List.of(ONE)));
    thinking.look(List.of(), 5000);
    assertThat(said).hasSize(1);
  }

  @Test
  void muchIsSaidInPortions() {
    thinking.look(IntStream.range(0, 2500).mapToObj(i -> generation("s" + i)).toList(), 0);
    assertThat(said).extracting(answering -> answering.running().size()).containsExactly(1000, 1000, 500);
  }

  private static Generation generation(String stream) {
    return new Generation(new RoomId("room"), new StreamId(stream), new UserId("ann"), "helper");
  }
}
