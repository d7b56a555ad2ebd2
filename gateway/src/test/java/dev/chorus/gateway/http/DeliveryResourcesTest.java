package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.DeliveryMessage;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.ConnectionsEnded;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.QueueMessage.DropQueue;
import dev.chorus.bus.TrackingMessage.CancelDelivery;
import dev.chorus.bus.TrackingMessage.ReadStatistics;
import dev.chorus.bus.TrackingMessage.RetryDelivery;
import dev.chorus.gateway.HttpGateway;
import dev.chorus.gateway.httpkit.Caller;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DeliveryResourcesTest {
  private static final RoomId LOBBY = new RoomId("lobby");
  private static final UserId ANN = new UserId("ann");
  private static final String M1 = "/api/rooms/lobby/messages/m1";
  @AutoClose
  private final HttpGateway gateway = HttpGateway.start(Map.of());
  @AutoClose
  private final Caller ann = new Caller(gateway::uri, "ann");
  @AutoClose
  private final Caller root = new Caller(gateway::uri, "root");

  @BeforeEach
  void start() {
    gateway.does(() -> gateway.delivery.members.add(ANN));
  }

  private List<DeliveryMessage> asked() {
    return gateway.on(() -> List.copyOf(gateway.delivery.asked));
  }

  @Test
  void theRecordOfAMessageAndWhomItHasReached() {
    assertThat(ann.get(M1 + "/status").body()).startsWith("{\"messageId\":\"m1\",\"room\":\"lobby\",\"seq\":1,\"status\":\"SENT\"")
        .contains("\"recipients\":[{\"user\":\"bob\"");
    assertThat(ann.get(M1 + "/receipts").body()).isEqualTo(
        "{\"messageId\":\"m1\",\"seq\":1,\"readByAll\":false,\"receipts\":[{\"user\":\"bob\",\"deliveredAt\":9,\"readAt\":9},{\"user\":\"cat\",\"deliveredAt\":7}]}");
    assertThat(ann.get("/api/rooms/lobby/messages/m2/status").statusCode()).isEqualTo(404);
  }

  @Test
  void retryingAndCancellingAreAskedForInTheCallersName() {
    assertThat(ann.post(M1 + "/retry", "").statusCode()).isEqualTo(200);
    assertThat(root.other("DELETE", M1 + "/delivery").body()).startsWith("{\"messageId\":\"m1\"");
    assertThat(asked()).containsExactly(new RetryDelivery(LOBBY, ANN, false, "m1"),
        new CancelDelivery(LOBBY, new UserId("root"), true, "m1"));
  }

  @Test
  void figuresOfAllAreForAdmins() {
    assertThat(ann.get("/api/delivery/stats").statusCode()).isEqualTo(403);
    assertThat(root.get("/api/delivery/stats").body()).contains("\"total\":3", "\"averageDeliveryMs\":2.5", "\"successRate\":1.0");
    assertThat(asked()).containsExactly(new ReadStatistics(null));
  }

  @Test
  void whatWaitsIsCountedAndDropped() {
    assertThat(ann.get("/api/ws/queue").body())
        .isEqualTo("{\"rooms\":[{\"room\":\"lobby\",\"high\":1,\"normal\":2,\"low\":3}],\"total\":6,\"dropped\":5}");
    assertThat(ann.other("DELETE", "/api/ws/queue").statusCode()).isEqualTo(200);
    assertThat(asked()).containsExactly(new DropQueue(ANN));
  }

  @Test
  void membersAreListedAndMarksOfSomeAreNotShown() {
    assertThat(ann.get("/api/rooms/lobby/members?limit=2&cursor=abe").body()).isEqualTo(
        "{\"members\":[{\"user\":\"ann\",\"joinedAt\":5,\"deliveredSeq\":2,\"readSeq\":1},{\"user\":\"bob\",\"joinedAt\":6}],\"cursor\":\"bob\"}");
    assertThat(asked()).containsExactly(new ListMembers(LOBBY, ANN, false, "abe", 2));
    assertThat(ann.get("/api/rooms/lobby/members?limit=501").statusCode()).isEqualTo(400);
  }

  @Test
  void onlyAdminsEndMembershipsAndConnectionsAndEveryGatewayHearsOfIt() {
    assertThat(ann.other("DELETE", "/api/rooms/lobby/members/ann").statusCode()).isEqualTo(403);
    assertThat(ann.other("DELETE", "/api/users/ann/connections").statusCode()).isEqualTo(403);
    assertThat(root.other("DELETE", "/api/rooms/lobby/members/nobody").statusCode()).isEqualTo(404);
    assertThat(gateway.<List<GatewayMessage>>on(() -> List.copyOf(gateway.told))).isEmpty();
    assertThat(root.other("DELETE", "/api/rooms/lobby/members/ann").statusCode()).isEqualTo(200);
    assertThat(root.other("DELETE", "/api/users/ann/connections").statusCode()).isEqualTo(200);
    assertThat(gateway.<List<GatewayMessage>>on(() -> List.copyOf(gateway.told))).containsExactly(new MemberRemoved(LOBBY, ANN),
        new ConnectionsEnded(ANN));
  }
}
