package dev.chorus.gateway;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.Replaced;
import dev.chorus.bus.PublicAddress;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.auth.AuthConfig;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.connection.Drain;
import dev.chorus.gateway.http.HttpApi;
import dev.chorus.gateway.http.SilentConnections;
import dev.chorus.gateway.socket.Upgrade;
import dev.chorus.model.NodeId;
import dev.chorus.node.Health;
import dev.chorus.node.Listening;
import dev.chorus.node.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The shell of a gateway: its port, its bus address, its timers. What happens on them is in {@link GatewayParts}. */
final class Gateway extends VerticleBase {
  private static final Set<String> SOCKET_PATHS = Set.of("/api/ws/chat", "/ws");
  private static final int MAX_REQUEST_LINE = 16 * 1024;
  private static final int IDLE_MINUTES = 10;
  private static final long HEAD_MS = 30_000;
  private static final long SECOND_MS = 1_000;
  private static final int DIGEST_SECONDS = 5;
  private static final long SETTLE_STEP_MS = 50;
  private final NodeContext node;
  private final GatewayConfig config;
  private final AuthConfig auth;
  private GatewayParts parts;
  private HttpApi http;
  private HttpServer server;
  private int seconds;

  Gateway(NodeContext node, GatewayConfig config, AuthConfig auth) {
    this.node = node;
    this.config = config;
    this.auth = auth;
  }

  @Override
  public Future<?> start() {
    ContextInternal loop = (ContextInternal) context;
    parts = new GatewayParts(node, config, auth, loop, this::tellOthers);
    GatewayMeters.bind(node.metrics(), parts);
    node.health().check("gateway", () -> parts.connections.isDraining() ? Health.Status.DOWN : Health.Status.UP);
    node.health().check("owners", new KnownOwners(node.cluster(), node.clock())::status);
    node.cluster().onChange(() -> loop.runOnContext(v -> parts.clusterChanged()));
    vertx.setPeriodic(SECOND_MS, timer -> everySecond());
    http = HttpSurface.of(node, config, parts.http(), parts.moreRoutes(), parts.connections::isDraining);
    Upgrade upgrade = new Upgrade(loop, config, parts.tick, parts.connections, parts.linger());
    server = vertx.createHttpServer(new HttpServerOptions().setHost(config.host()).setPort(config.port()).setTcpNoDelay(true)
        .setHttp2ClearTextEnabled(false).setMaxInitialLineLength(MAX_REQUEST_LINE).setMaxHeaderSize(2 * MAX_REQUEST_LINE)
        .setIdleTimeout(IDLE_MINUTES).setIdleTimeoutUnit(TimeUnit.MINUTES));
    SilentConnections silent = new SilentConnections(vertx, HEAD_MS);
    server.connectionHandler(silent::opened);
    server.requestHandler(request -> {
      silent.spoke(request);
      if (isSocket(request))
        upgrade.handle(request);
      else
        http.handle(request);
    });
    return node.bus().serve(Addresses.gateway(node.self()), this::hear)
        .compose(served -> server.listen().recover(failure -> Listening.failed(config.port(), failure)))
        .compose(listening -> PublicAddress.serve(vertx, PublicAddress.EVENTS, parts::publish));
  }

  private static boolean isSocket(HttpServerRequest request) {
    return SOCKET_PATHS.contains(request.path()) && "GET".equals(request.method().name());
  }

  private Future<? extends BusMessage> hear(GatewayMessage message) {
    return parts.hear(message);
  }

  private void tellOthers(Replaced replaced) {
    for (NodeId gateway : node.cluster().members(Role.GATEWAY)) {
      if (!gateway.equals(node.self()))
        node.bus().tell(Addresses.gateway(gateway), replaced);
    }
  }

  private void everySecond() {
    long now = node.clock().millis();
    parts.everySecond(now);
    if (++seconds % DIGEST_SECONDS == 0)
      parts.everyDigest(now);
  }

  /** Sends the connections away, and waits for what they had under way. */
  Future<Void> drain() {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        v -> new Drain(vertx, node.clock(), parts.connections).start(config.drain()).compose(told -> settled()).onComplete(drained));
    return drained.future();
  }

  private Future<Void> settled() {
    if (parts.isSettled())
      return Future.succeededFuture();
    return vertx.timer(SETTLE_STEP_MS, TimeUnit.MILLISECONDS).compose(later -> settled());
  }

  Future<Void> close() {
    return server == null ? Future.succeededFuture() : server.close();
  }

  int port() {
    return server.actualPort();
  }

  HttpApi http() {
    return http;
  }
}
