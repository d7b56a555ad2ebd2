package dev.chorus.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/** The port for those who operate the node: {@code /health/live}, {@code /health/ready} and {@code /metrics}. It is not for the public. */
final class ManagementServer {
  private final Health health;
  private final Readiness readiness;
  private final PrometheusMeterRegistry metrics;
  private final HttpServer server;

  ManagementServer(Vertx vertx, Health health, Readiness readiness, PrometheusMeterRegistry metrics) {
    this.health = health;
    this.readiness = readiness;
    this.metrics = metrics;
    this.server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(60)).requestHandler(this::answer);
  }

  /** Listens, and tells the port: the given one, or the one that was free when it is 0. */
  Future<Integer> start(String host, int port) {
    return server.listen(port, host).recover(failure -> Listening.failed(port, failure)).map(HttpServer::actualPort);
  }

  int port() {
    return server.actualPort();
  }

  Future<Void> stop() {
    return server.close();
  }

  private void answer(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      request.response().setStatusCode(405).end();
      return;
    }
    switch (request.path()) {
      case "/health/live" -> json(request, 200, "{\"status\":\"UP\"}");
      case "/health/ready" -> json(request, readiness.ready() ? 200 : 503, readinessJson());
      case "/metrics" -> request.response().putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8").end(metrics.scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }

  private String readinessJson() {
    String checks = health.report().json();
    return "{\"phase\":\"" + readiness.phase() + "\"," + checks.substring(1);
  }

  private static void json(HttpServerRequest request, int status, String body) {
    request.response().setStatusCode(status).putHeader("Content-Type", "application/json").end(body);
  }
}
