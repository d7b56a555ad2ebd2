package dev.chorus.gateway;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.StreamingClient;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.httpkit.FakeDelivery;
import dev.chorus.gateway.httpkit.FakeProgress;
import dev.chorus.gateway.httpkit.FakeStreaming;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.moderation.Moderation;
import dev.chorus.gateway.progress.Projects;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.gateway.socketkit.SteppingClock;
import dev.chorus.gateway.stream.Feeds;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Principal;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import dev.chorus.node.Health;
import dev.chorus.node.NodeContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The HTTP side of a gateway on a real port, with fake owners behind a real bus. Tokens are the user's name; {@code root} is an admin, {@code bad…} is nobody. */
public final class HttpGateway implements AutoCloseable {
  /** Whose token has five seconds of its grace left: a request that takes longer to be looked at is refused. */
  public static final String BRIEF = "brief";
  private static final int PATIENCE_SECONDS = 60;
  public final NodeId self = new NodeId("node");
  public final Vertx vertx = Vertx.vertx();
  public final Context context = ((VertxInternal) vertx).createEventLoopContext();
  public final MemberTable cluster = new MemberTable(self, EnumSet.allOf(Role.class));
  public final FakeStreaming streaming;
  public final FakeProgress progress;
  public final FakeDelivery delivery = new FakeDelivery();
  public final Health health = new Health();
  public final SteppingClock clock = new SteppingClock();
  /** Who is joined to rooms, as the sockets' side would say. */
  public final List<StreamReader> joined = new ArrayList<>();
  /** What the gateway was told over the bus. */
  public final List<GatewayMessage> told = new ArrayList<>();
  public volatile boolean draining;
  public Streams streams;
  public Projects projects;
  private HttpServer server;

  public static HttpGateway start(Map<String, String> environment) {
    return new HttpGateway(environment, Duration.ofSeconds(15));
  }

  /** Its streaming answers say that they are alive after so much silence. */
  public static HttpGateway withHeartbeat(Duration every) {
    return new HttpGateway(Map.of(), every);
  }

  private HttpGateway(Map<String, String> environment, Duration heartbeat) {
    Bus bus = new Bus(vertx);
    streaming = new FakeStreaming(bus, self);
    progress = new FakeProgress(bus, self);
    cluster.says(self, MemberState.SERVING);
    Settings settings = Settings.of(environment);
    GatewayConfig config = GatewayConfig.from(settings);
    NodeContext node = new NodeContext(vertx, self, cluster, bus, settings, new SimpleMeterRegistry(), health, clock);
    await(run(() -> serve(node, config, Heartbeat.comment(heartbeat))).compose(served -> served));
  }

  private Future<HttpServer> serve(NodeContext node, GatewayConfig config, Heartbeat heartbeat) {
    Owners owners = new Owners(vertx, node.bus(), cluster);
    StreamingClient client = new StreamingClient(node.bus(), owners);
    DeliveryClient deliveryClient = new DeliveryClient(node.bus(), owners);
    Feeds feeds = new Feeds(vertx, self, cluster, client, (room, open) -> List.copyOf(joined), node.clock(),
        TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    StreamAccess access = new StreamAccess(deliveryClient);
    streams = new Streams(client, access, self, feeds);
    Authenticator authenticator = HttpGateway::caller;
    ProgressClient progressClient = new ProgressClient(node.bus(), owners);
    projects = new Projects(vertx, self, cluster, progressClient, node.clock());
    vertx.setPeriodic(1000, second -> projects.tick());
    HttpSurface.Parts parts = new HttpSurface.Parts(authenticator, streams, access, client, projects, progressClient, deliveryClient,
        new Sends(vertx, new Tick(context), cluster, deliveryClient, node.clock()),
        new Moderation(vertx, node.bus(), cluster, deliveryClient), new UserRates(config.rates()),
        new Hints(vertx, new Tick(context), cluster, new PresenceClient(node.bus(), owners), node.clock()));
    server = vertx.createHttpServer().requestHandler(HttpSurface.of(node, config, parts, List.of(), () -> draining, heartbeat));
    return node.bus().serve(Addresses.streaming(self), streaming::dispatch)
        .compose(s -> node.bus().serve(Addresses.progress(self), progress::dispatch))
        .compose(s -> node.bus().serve(Addresses.delivery(self), delivery::dispatch))
        .compose(s -> node.bus().<GatewayMessage>serve(Addresses.gateway(self), this::told)).compose(s -> server.listen(0, "127.0.0.1"));
  }

  private Future<BusMessage.Done> told(GatewayMessage message) {
    told.add(message);
    if (message instanceof GatewayMessage.StreamFanout fanout)
      streams.fanOut(fanout);
    if (message instanceof GatewayMessage.ProgressFanout fanout)
      projects.fanOut(fanout);
    if (message instanceof GatewayMessage.MemberRemoved removed)
      streams.removed(removed.room(), removed.user());
    if (message instanceof GatewayMessage.StreamDigest digest)
      streams.digest(digest);
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  private static Future<Principal> caller(String token) {
    if (token == null || token.startsWith("bad"))
      return Future.failedFuture(Refusal.of(ErrorCode.UNAUTHORIZED, "The token is missing or wrong."));
    long expiresAt = token.equals(BRIEF) ? Clock.systemUTC().millis() - 5_000 : 0;
    return Future.succeededFuture(new Principal(new UserId(token), null, List.of("*"), token.equals("root"), expiresAt));
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.actualPort() + path);
  }

  public int port() {
    return server.actualPort();
  }

  /** Does it on the gateway's context. */
  public <T> Future<T> run(Callable<T> what) {
    io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
    context.runOnContext(turn -> {
      try {
        promise.complete(what.call());
      } catch (Exception e) {
        promise.fail(e);
      }
    });
    return promise.future();
  }

  /** Does it on the gateway's context, and waits until it is done. */
  public <T> T on(Callable<T> what) {
    return await(run(what));
  }

  public void does(Runnable what) {
    on(() -> {
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
