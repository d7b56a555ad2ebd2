package dev.chorus.node;

import dev.chorus.cluster.HazelcastCluster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** This node among the others: who is there comes from Hazelcast, what each says of itself from {@link MemberStates}. Without a cluster it is alone. */
final class NodeMembership {
  private final Vertx vertx;
  private final MemberTable table;
  private final MemberStates states;
  private final Optional<HazelcastCluster> hazelcast;
  private final Minority minority = new Minority();
  private final Clock clock;

  NodeMembership(NodeContext context, MemberTable table, Optional<HazelcastCluster> hazelcast) {
    this.vertx = context.vertx();
    this.clock = context.clock();
    this.table = table;
    this.states = new MemberStates(vertx, context.bus(), table);
    this.hazelcast = hazelcast;
  }

  boolean minority() {
    return minority.holds(clock.millis());
  }

  /** Learns who is there, then listens to them and asks what they do; done when each has answered or has had time enough. */
  Future<Void> join() {
    table.onChange(this::observe);
    return vertx.<Void>executeBlocking(() -> {
      hazelcast.ifPresent(cluster -> cluster.feed(table));
      return null;
    }).compose(fed -> states.start());
  }

  Future<Void> announce(MemberState state) {
    return states.announce(state);
  }

  private void observe() {
    Set<NodeId> serving = new HashSet<>();
    for (Role role : Role.values())
      serving.addAll(table.ring(role).nodes());
    minority.observe(table.members(), serving, clock.millis());
  }
}
