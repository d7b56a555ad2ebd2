package dev.chorus.gateway.http;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.Figures;
import dev.chorus.bus.GatewayMessage.Measure;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** {@code GET /api/ws/stats}: what all gateways carry, for admins. A gateway that does not answer in time is left out, and named. */
public final class StatsResource {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private final Bus bus;
  private final Cluster cluster;

  public StatsResource(Bus bus, Cluster cluster) {
    this.bus = bus;
    this.cluster = cluster;
  }

  /** @param silent the gateways of which nothing is known now */
  private record Stats(Figures cluster, List<Figures> nodes, List<String> silent) {}

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/ws/stats", this::stats));
  }

  private void stats(Exchange exchange) {
    if (!exchange.caller().admin()) {
      exchange.refuse(Problem.of(ErrorCode.FORBIDDEN, "Only an admin may see the statistics."));
      return;
    }
    List<Future<Figures>> asked = cluster.members(Role.GATEWAY).stream().sorted().map(node -> bus
        .request(Addresses.gateway(node), new Measure(), Figures.class, PATIENCE)
        .otherwise(new Figures(node, -1, 0, 0, 0, 0, 0))).toList();
    Future.all(asked).onSuccess(all -> exchange.json(200, summed(all.<Figures>list()))).onFailure(exchange::refuse);
  }

  private static Stats summed(List<Figures> all) {
    List<Figures> heard = all.stream().filter(figures -> figures.connections() >= 0).toList();
    Figures sum = heard.stream().reduce(new Figures(null, 0, 0, 0, 0, 0, 0), Figures::plus);
    return new Stats(sum, heard,
        all.stream().filter(figures -> figures.connections() < 0).map(Figures::node).filter(Objects::nonNull).map(Object::toString)
            .toList());
  }
}
