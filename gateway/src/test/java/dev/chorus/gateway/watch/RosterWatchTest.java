package dev.chorus.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.httpkit.Until;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RosterWatchTest {
  private static final NodeId DIES = new NodeId("p1");
  private static final NodeId NEXT = new NodeId("p2");
  private static final RoomId ROOM = new RoomId("room");
  private static final Here ANN = new Here("a1", new UserId("ann"), null, "desktop", false);
  private static final Gone GOODBYE = new Gone("b1", new UserId("bob"), true);
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final MemberTable cluster = new MemberTable(new NodeId("g1"), Set.of(Role.GATEWAY));
  private final Bus bus = new Bus(vertx);
  private final RosterWatch watch = new RosterWatch(vertx, new Tick(loop), cluster,
      new PresenceClient(bus, new Owners(vertx, bus, cluster)), new OnlyAnn());

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  @Test
  void aNewOwnerHearsAtOnceWhoSaidGoodbyeToTheOneBeforeAndWasNotAnswered() throws Exception {
    List<Announce> died = new CopyOnWriteArrayList<>();
    List<Announce> next = new CopyOnWriteArrayList<>();
    serve(DIES, died, 1);
    serve(NEXT, next, Integer.MAX_VALUE);
    serving(DIES);
    Future<Void> known = Future.future(joined -> loop.runOnContext(turn -> watch.joined(ROOM, ANN).onComplete(joined)));
    known.await(60, TimeUnit.SECONDS);
    loop.runOnContext(turn -> watch.left(ROOM, GOODBYE));
    Until.holds(() -> died.size() == 2);
    serving(NEXT);
    cluster.left(DIES);
    loop.runOnContext(turn -> watch.ringChanged());
    Until.holds(() -> !next.isEmpty());
    RoomPresence told = next.getFirst().rooms().getFirst();
    assertThat(told.full()).isTrue();
    assertThat(told.here()).containsExactly(ANN);
    assertThat(told.gone()).containsExactly(GOODBYE);
  }

  private void serving(NodeId node) {
    cluster.joined(node, Set.of(Role.PRESENCE));
    cluster.says(node, MemberState.SERVING);
  }

  /** Answers so many announcements, and no more. */
  private void serve(NodeId node, List<Announce> heard, int answers) throws Exception {
    Future<?> served = bus.<PresenceMessage>serve(Addresses.presence(node), message -> {
      if (!(message instanceof Announce announce))
        return Future.succeededFuture(BusMessage.Done.DONE);
      heard.add(announce);
      return heard.size() > answers
          ? Promise.<BusMessage>promise().future()
          : Future.succeededFuture(new Announced(List.of(new RoomRoster(ROOM, heard.size(), List.of(), false))));
    });
    served.await(60, TimeUnit.SECONDS);
  }

  /** A gateway in which Ann is, and everybody else has left. */
  private static final class OnlyAnn implements RosterWatch.Present {
    @Override
    public List<Here> here(RoomId room) {
      return List.of(ANN);
    }

    @Override
    public long shownVersion(RoomId room) {
      return 1;
    }

    @Override
    public List<Presence> shown(RoomId room) {
      return List.of();
    }

    @Override
    public void snapshot(RoomRoster roster) {}

    @Override
    public void cameOver(RoomId room) {}

    @Override
    public long hash(RoomId room) {
      return ANN.hash();
    }

    @Override
    public boolean isOccupied(RoomId room) {
      return true;
    }
  }
}
