package dev.chorus.gateway;

import dev.chorus.cluster.Role;
import dev.chorus.config.Settings;
import dev.chorus.gateway.auth.AuthConfig;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.http.HttpApi;
import dev.chorus.node.NodeContext;
import dev.chorus.node.Service;
import io.vertx.core.Future;

/** The gateway as a service of a node. All of it lives on one event loop: more cores are used by more gateways. */
public final class GatewayService implements Service {
  private GatewayConfig config;
  private AuthConfig auth;
  private Gateway gateway;

  @Override
  public Role role() {
    return Role.GATEWAY;
  }

  @Override
  public void configure(Settings settings) {
    config = GatewayConfig.from(settings);
    auth = AuthConfig.from(settings);
  }

  @Override
  public Future<Void> start(NodeContext node) {
    if (config == null)
      configure(node.settings());
    gateway = new Gateway(node, config, auth);
    return node.vertx().deployVerticle(gateway).mapEmpty();
  }

  @Override
  public Future<Void> drain() {
    return gateway == null ? Future.succeededFuture() : gateway.drain();
  }

  @Override
  public Future<Void> stop() {
    return gateway == null ? Future.succeededFuture() : gateway.close();
  }

  /** Where clients connect. */
  int port() {
    return gateway.port();
  }

  /** What it answers beside sockets. */
  HttpApi http() {
    return gateway.http();
  }
}
