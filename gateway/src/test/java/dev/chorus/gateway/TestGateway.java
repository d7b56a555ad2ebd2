package dev.chorus.gateway;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.config.ConfigurationException;
import dev.chorus.config.Settings;
import dev.chorus.gateway.httpkit.FakeProgress;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.gateway.socketkit.Logs;
import dev.chorus.gateway.socketkit.RoomOwner;
import dev.chorus.gateway.socketkit.RosterOwner;
import dev.chorus.gateway.socketkit.SteppingClock;
import dev.chorus.gateway.socketkit.TestClient;
import dev.chorus.model.NodeId;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A whole gateway on a real port, with owners of rooms, rosters and streams behind a real bus. Two delivery nodes share the rooms; more can come and go. */
public final class TestGateway implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  public final NodeId self = new NodeId("gateway");
  public final NodeId other = new NodeId("other");
  public final Vertx vertx = Vertx.vertx();
  public final Context owners = ((VertxInternal) vertx).createEventLoopContext();
  public final MemberTable cluster = new MemberTable(self, EnumSet.of(Role.GATEWAY));
  public final SteppingClock clock = new SteppingClock();
  public final Logs logs = new Logs();
  public final Map<NodeId, RoomOwner> delivery = new LinkedHashMap<>();
  public final RosterOwner presence;
  public final FakeStreaming streaming;
  public final FakeProgress progress;
  public final GatewayService service = new GatewayService();
  private final Bus bus = new Bus(vertx);

  public static TestGateway start(String... settings) {
    return new TestGateway(settings);
  }

  /** One whose joins wait for presence no longer than they do by default. */
  public static TestGateway impatient() {
    return new TestGateway("CHORUS_JOIN_PRESENCE_MS", "500");
  }

  private TestGateway(String... settings) {
    Map<String, String> environment = new HashMap<>(
        Map.of("CHORUS_PORT", "0", "CHORUS_HOST", "127.0.0.1", "CHORUS_JWT_SECRET", Jwt.SECRET,
            // Here presence is as quick as the machine, and whoever joins is told of all.
            "CHORUS_JOIN_PRESENCE_MS", "20000"));
    for (int i = 0; i < settings.length; i += 2)
      environment.put(settings[i], settings[i + 1]);
    presence = new RosterOwner(bus, self);
    streaming = new FakeStreaming(bus, self);
    progress = new FakeProgress(bus, self);
    cluster.joined(other, EnumSet.of(Role.PRESENCE, Role.STREAMING));
    on(() -> bus.serve(Addresses.presence(other), presence::dispatch)
        .compose(s -> bus.serve(Addresses.progress(other), progress::dispatch))
        .compose(s -> bus.serve(Addresses.streaming(other), streaming::dispatch)));
    cluster.says(other, MemberState.SERVING);
    addDelivery("delivery-1");
    addDelivery("delivery-2");
    Settings read = Settings.of(environment);
    service.configure(read);
    try {
      read.check();
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(e);
    }
    await(service.start(new NodeContext(vertx, self, cluster, bus, read, new SimpleMeterRegistry(), new Health(), clock)));
    cluster.says(self, MemberState.SERVING);
  }

  /** One more delivery node, to which some of the rooms move. */
  public RoomOwner addDelivery(String name) {
    NodeId node = new NodeId(name);
    RoomOwner owner = new RoomOwner(node, logs, bus, cluster);
    delivery.put(node, owner);
    on(() -> bus.serve(Addresses.delivery(node), owner::dispatch));
    cluster.joined(node, Set.of(Role.DELIVERY));
    cluster.says(node, MemberState.SERVING);
    return owner;
  }

  /** Another node owns all rosters from now on. */
  public void movePresence() {
    NodeId node = new NodeId("presence-2");
    on(() -> bus.serve(Addresses.presence(node), presence::dispatch));
    cluster.joined(node, Set.of(Role.PRESENCE));
    cluster.says(node, MemberState.SERVING);
    cluster.says(other, MemberState.DRAINING);
  }

  /** The delivery node that owns the room now. */
  public RoomOwner owner(String room) {
    return delivery.get(cluster.ring(Role.DELIVERY).owner(room).orElseThrow());
  }

  /** A client with that token in its header, welcomed. */
  public TestClient connect(String user) {
    return enter(Jwt.user(user));
  }

  public TestClient enter(String token) {
    TestClient client = TestClient.open(address(""), TestClient.builder().header("Authorization", "Bearer " + token), true);
    client.expect("welcome");
    return client;
  }

  public URI address(String query) {
    return URI.create("ws://127.0.0.1:" + service.port() + "/api/ws/chat" + query);
  }

  /** What owners speak over. */
  public Bus bus() {
    return bus;
  }

  public int port() {
    return service.port();
  }

  /** Does it on the owners' context and waits for the future. */
  public <T> T on(Callable<Future<T>> what) {
    Promise<T> promise = Promise.promise();
    owners.runOnContext(turn -> {
      try {
        what.call().onComplete(promise);
      } catch (Exception e) {
        promise.fail(e);
      }
    });
    return await(promise.future());
  }

  /** Does it on the owners' context. */
  public <T> T get(Callable<T> what) {
    return on(() -> Future.succeededFuture(what.call()));
  }

  public void does(Runnable what) {
    get(() -> {
      what.run();
      return true;
    });
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
