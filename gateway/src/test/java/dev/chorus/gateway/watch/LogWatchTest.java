package dev.chorus.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage;
import dev.chorus.bus.DeliveryMessage.RoomHead;
import dev.chorus.bus.DeliveryMessage.RoomWatch;
import dev.chorus.bus.DeliveryMessage.UserChange;
import dev.chorus.bus.DeliveryMessage.WatchRooms;
import dev.chorus.bus.DeliveryMessage.WatchedRooms;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.Owners;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogWatchTest {
  private static final NodeId OWNER = new NodeId("d1");
  private static final RoomId ROOM = new RoomId("room");
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final MemberTable cluster = new MemberTable(new NodeId("g1"), Set.of(Role.GATEWAY));
  private final Bus bus = new Bus(vertx);
  private final List<RoomId> known = new CopyOnWriteArrayList<>();
  private final LogWatch watch = new LogWatch(vertx, new Tick(loop), cluster, new DeliveryClient(bus, new Owners(vertx, bus, cluster)),
      new Empty());
  /** What the owner has heard, in order. */
  private final List<WatchRooms> heard = new CopyOnWriteArrayList<>();
  /** From this message on, how many the owner does not understand. */
  private volatile int deafFrom = Integer.MAX_VALUE;
  private volatile int deafTo = Integer.MAX_VALUE;

  @BeforeEach
  void anOwnerServes() throws Exception {
    Future<?> served = bus.<DeliveryMessage>serve(Addresses.delivery(OWNER), message -> {
      WatchRooms request = (WatchRooms) message;
      heard.add(request);
      if (heard.size() >= deafFrom && heard.size() < deafTo)
        return Future.<BusMessage>failedFuture(Refusal.of(ErrorCode.TIMEOUT, "No answer came in time."));
      return Future.<BusMessage>succeededFuture(
          new WatchedRooms(request.watch().stream().map(room -> new RoomHead(room.room(), 7, false)).toList()));
    });
    served.await(60, TimeUnit.SECONDS);
    cluster.joined(OWNER, Set.of(Role.DELIVERY));
    cluster.says(OWNER, MemberState.SERVING);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  @Test
  void anOwnerThatDidNotHearOfALeftRoomIsToldAgain() throws Exception {
    loop.runOnContext(turn -> watch.watch(ROOM));
    Until.holds(() -> known.contains(ROOM));
    deafTo = 4;
    deafFrom = 2;
    loop.runOnContext(turn -> watch.unwatch(ROOM));
    Until.holds(() -> heard.size() >= 4);
    assertThat(heard.subList(1, 4)).allSatisfy(request -> {
      assertThat(request.unwatch()).containsExactly(ROOM);
      assertThat(request.watch()).isEmpty();
    });
  }

  @Test
  void anOwnerWhoseDigestNamesARoomThatNobodyIsInIsToldToForgetIt() throws Exception {
    loop.runOnContext(turn -> watch.digest(new RoomDigest(OWNER, List.of(new RoomHead(ROOM, 7, false))), 0));
    Until.holds(() -> !heard.isEmpty());
    assertThat(heard.getFirst().unwatch()).containsExactly(ROOM);
  }

  @Test
  void aRoomThatIsEnteredAgainMeanwhileIsNotForgotten() throws Exception {
    loop.runOnContext(turn -> {
      watch.digest(new RoomDigest(OWNER, List.of(new RoomHead(ROOM, 7, false))), 0);
      watch.watch(ROOM);
    });
    Until.holds(() -> known.contains(ROOM));
    assertThat(heard).allSatisfy(request -> assertThat(request.unwatch()).isEmpty());
  }

  /** A gateway with nobody in its rooms. */
  private final class Empty implements LogWatch.Watched {
    @Override
    public RoomWatch describe(RoomId room) {
      return new RoomWatch(room, 0, List.of());
    }

    @Override
    public List<UserChange> changes(RoomId room, Set<UserId> users) {
      return List.of();
    }

    @Override
    public void head(RoomId room, long head) {
      known.add(room);
    }
  }
}
