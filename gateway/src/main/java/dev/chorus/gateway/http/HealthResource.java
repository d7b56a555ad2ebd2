package dev.chorus.gateway.http;

import dev.chorus.node.Health;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /api/ws/health}: how this node is, for anybody's eyes. */
public final class HealthResource {
  private final Health health;

  public HealthResource(Health health) {
    this.health = health;
  }

  public List<Route> routes() {
    return List.of(Route.open("GET", "/api/ws/health", exchange -> {
      Health.Report report = health.report();
      exchange.json(report.status() == Health.Status.DOWN ? 503 : 200, report.json().getBytes(StandardCharsets.UTF_8));
    }));
  }
}
