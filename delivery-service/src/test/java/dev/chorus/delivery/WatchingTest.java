package dev.chorus.delivery;

import static dev.chorus.delivery.DeliveryNode.await;
import static dev.chorus.delivery.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.GatewayMessage.RoomEntries;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.Role;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.delivery.DeliveryNode.Gateway;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.testkit.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WatchingTest {
  private static final DatabaseConfig DATABASE = TestPostgres.fresh();
  private static DeliveryNode node;
  /** Another node that also believes to own everything; what it commits, the first does not see pass by. */
  private static DeliveryNode other;

  @BeforeAll
  static void start() {
    node = DeliveryNode.start(DATABASE, "delivery-1", Map.of("CHORUS_DELIVERY_DIGEST_MS", "150"));
    other = DeliveryNode.start(DATABASE, "delivery-2", Map.of());
  }

  @AfterAll
  static void stop() {
    node.close();
    other.close();
  }

  @Test
  void aWatchIsAnsweredWithTheHeadsOfItsRooms() {
    node.join("w1", "ada");
    node.sent(message("w1", "ada", "1", "one"));
    other.sent(message("w1", "ada", "2", "two"));
    assertThat(node.watch(node.gateway("g-heads"), "w1", "not-made-yet")).containsExactly(new RoomHead(new RoomId("w1"), 2, false),
        new RoomHead(new RoomId("not-made-yet"), 0, false));
  }

  @Test
  void everyWatchingGatewayGetsTheBytesOfTheLog() {
    node.join("w2", "ada");
    Gateway first = node.gateway("g-1");
    Gateway second = node.gateway("g-2");
    Gateway stranger = node.gateway("g-3");
    node.watch(first, "w2");
    node.watch(first, "w2");
    node.watch(second, "w2");
    node.send(message("w2", "ada", "1", "one"), message("w2", "ada", "2", "two"), message("w2", "ada", "1", "one again"));
    for (Gateway gateway : List.of(first, second)) {
      RoomEntries entries = gateway.expect(RoomFanout.class).rooms().getFirst();
      assertThat(entries).extracting(RoomEntries::room, RoomEntries::prev, RoomEntries::last).containsExactly(new RoomId("w2"), 0L, 2L);
      assertThat(entries.entries()).usingElementComparator(java.util.Arrays::compare)
          .containsExactlyElementsOf(node.read("w2", 0, 10).entries());
    }
    assertThat(stranger.told).isEmpty();
  }

  @Test
  void whatAnotherNodeCommittedIsFoundByTheDigest() {
    node.join("w3", "ada");
    Gateway gateway = node.gateway("g-digest");
    node.watch(gateway, "w3");
    assertThat(gateway.expect(RoomDigest.class)).isEqualTo(new RoomDigest(node.self, List.of(new RoomHead(new RoomId("w3"), 0, false))));
    other.sent(message("w3", "ada", "1", "one"));
    RoomDigest digest = gateway.expect(RoomDigest.class);
    while (digest.heads().getFirst().head() == 0)
      digest = gateway.expect(RoomDigest.class);
    assertThat(digest.heads()).containsExactly(new RoomHead(new RoomId("w3"), 1, false));
    node.sent(message("w3", "ada", "2", "two"));
    assertThat(gateway.expect(RoomFanout.class).rooms().getFirst().prev()).as("the gap shows in the fan-out").isEqualTo(1);
  }

  @Test
  void whoNoLongerWatchesIsToldNothing() {
    node.join("w4", "ada");
    Gateway gateway = node.gateway("g-leaves");
    Gateway stays = node.gateway("g-stays");
    node.watch(gateway, "w4");
    node.watch(stays, "w4");
    await(node.client.watch(node.self, new WatchRooms(gateway.id, List.of(), List.of(new RoomId("w4")))));
    node.heard(gateway);
    gateway.told.clear();
    node.sent(message("w4", "ada", "1", "one"));
    stays.expect(RoomFanout.class);
    stays.expect(RoomDigest.class);
    assertThat(gateway.told).isEmpty();
  }

  @Test
  void aGatewayThatDiedIsForgotten() {
    node.join("w5", "ada");
    Gateway dead = node.gateway("g-dies");
    Gateway alive = node.gateway("g-lives");
    node.watch(dead, "w5");
    node.watch(alive, "w5");
    node.cluster.left(dead.id);
    node.heard(alive);
    alive.told.clear();
    for (int round = 0; round < 4; round++)
      alive.expect(RoomDigest.class);
    node.heard(dead);
    dead.told.clear();
    node.sent(message("w5", "ada", "1", "one"));
    alive.expect(RoomFanout.class);
    alive.expect(RoomDigest.class);
    assertThat(dead.told).isEmpty();
  }

  @Test
  void aRoomThatTheRingMovedAwayIsSaidToHaveMovedOnce() {
    Gateway gateway = node.gateway("g-moves");
    String[] rooms = java.util.stream.IntStream.range(0, 40).mapToObj(i -> "moving-" + i).toArray(String[]::new);
    node.watch(gateway, rooms);
    NodeId next = new NodeId("delivery-next");
    node.cluster.joined(next, Set.of(Role.DELIVERY));
    gateway.told.clear();
    node.cluster.says(next, MemberState.SERVING);
    try {
      List<RoomHead> moved = gateway.expect(RoomDigest.class).heads();
      while (moved.stream().noneMatch(RoomHead::moved))
        moved = gateway.expect(RoomDigest.class).heads();
      assertThat(moved).hasSize(40).allMatch(head -> head.moved() != node.cluster.ring(Role.DELIVERY).owns(node.self, head.room().value()));
      assertThat(gateway.expect(RoomDigest.class).heads()).isNotEmpty().noneMatch(RoomHead::moved);
      assertThat(node.watch(gateway, rooms)).filteredOn(RoomHead::moved).isNotEmpty();
    } finally {
      node.cluster.left(next);
    }
  }
}
