package dev.chorus.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomFeedTest {
  private static final NodeId OWNER = new NodeId("d1");
  private static final RoomId ID = new RoomId("room");
  private static final byte[] ENTRY = {'{', '}'};
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final MemberTable cluster = new MemberTable(new NodeId("g1"), Set.of(Role.GATEWAY));
  private final Bus bus = new Bus(vertx);
  private final Room room = new Room(ID, new Tick(loop), new RoomLog(vertx, new DeliveryClient(bus, new Owners(vertx, bus, cluster))));

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  /** The owner reads the head and commits at the same time; the answers of PostgreSQL may come in either order. */
  @Test
  void anEntryThatOvertakesTheHeadBeforeItIsNotMissed() throws Exception {
    Future<?> served = bus.<DeliveryMessage>serve(Addresses.delivery(OWNER), message -> {
      long after = ((ReadLog) message).after();
      return Future.succeededFuture(new LogPage(ID, "epoch", after, List.of(ENTRY), 11, 1));
    });
    served.await(60, TimeUnit.SECONDS);
    cluster.joined(OWNER, Set.of(Role.DELIVERY));
    cluster.says(OWNER, MemberState.SERVING);
    loop.runOnContext(turn -> {
      room.fanOut(10, List.of(ENTRY));
      room.head(10);
    });
    room.watched().await(60, TimeUnit.SECONDS);
    assertThat(Future.<Long>future(asked -> loop.runOnContext(turn -> asked.complete(room.position()))).await(60, TimeUnit.SECONDS))
        .isEqualTo(11);
  }
}
