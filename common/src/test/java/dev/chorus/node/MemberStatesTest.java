package dev.chorus.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.NodeMessage;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberStatesTest {
  private static final NodeId SELF = new NodeId("g1");
  private static final NodeId OTHER = new NodeId("d1");
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final MemberTable table = new MemberTable(SELF, Set.of(Role.GATEWAY));
  private final MemberStates states = new MemberStates(vertx, bus, table);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void aNodeHasNotStartedBeforeItKnowsWhatTheOthersDo() throws Exception {
    table.joined(OTHER, Set.of(Role.DELIVERY));
    Future<Void> started = states.start();
    assertThat(started.isComplete()).isFalse();
    Future<?> served = bus.serve(Addresses.node(OTHER),
        message -> Future.succeededFuture(new NodeMessage.State(OTHER, MemberState.SERVING)));
    served.await(20, TimeUnit.SECONDS);
    started.await(60, TimeUnit.SECONDS);
    assertThat(table.ring(Role.DELIVERY).nodes()).containsExactly(OTHER);
  }

  @Test
  void whoLeavesIsNotWaitedFor() throws Exception {
    table.joined(OTHER, Set.of(Role.DELIVERY));
    Future<Void> started = states.start();
    table.left(OTHER);
    started.await(60, TimeUnit.SECONDS);
    assertThat(table.ring(Role.DELIVERY).nodes()).isEmpty();
  }
}
