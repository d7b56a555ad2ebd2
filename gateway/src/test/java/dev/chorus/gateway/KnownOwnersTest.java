package dev.chorus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socketkit.SteppingClock;
import dev.chorus.model.NodeId;
import dev.chorus.node.Health.Status;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownOwnersTest {
  private static final NodeId OTHERS = new NodeId("o1");
  private final MemberTable cluster = new MemberTable(new NodeId("g1"), Set.of(Role.GATEWAY));
  private final SteppingClock clock = new SteppingClock();
  private final KnownOwners owners;

  KnownOwnersTest() {
    clock.freeze();
    owners = new KnownOwners(cluster, clock);
  }

  @Test
  void aGatewayIsReadyWhenItKnowsSomebodyForEverythingAndStaysSo() {
    cluster.joined(OTHERS, Set.of(Role.DELIVERY, Role.PRESENCE, Role.STREAMING));
    assertThat(owners.status()).isEqualTo(Status.DOWN);
    cluster.says(OTHERS, MemberState.SERVING);
    assertThat(owners.status()).isEqualTo(Status.UP);
    cluster.left(OTHERS);
    assertThat(owners.status()).isEqualTo(Status.UP);
  }

  @Test
  void aRoleThatDoesNotComeIsNotWaitedForLong() {
    assertThat(owners.status()).isEqualTo(Status.DOWN);
    clock.pass(30_000);
    assertThat(owners.status()).isEqualTo(Status.UP);
  }
}
