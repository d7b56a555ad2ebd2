package dev.chorus.gateway.http;

import dev.chorus.bus.StreamFigures;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.MeasuredNode;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /api/ws/stream/metrics}: what all streaming nodes have counted since they started, in all and by provider. A node that does not answer is left out, and said to be. */
public final class StreamFiguresResource {
  private final StreamingClient streaming;
  private final Cluster cluster;

  public StreamFiguresResource(StreamingClient streaming, Cluster cluster) {
    this.streaming = streaming;
    this.cluster = cluster;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/ws/stream/metrics", this::answer));
  }

  private void answer(Exchange exchange) {
    List<Future<MeasuredNode>> asked = cluster.ring(Role.STREAMING).nodes().stream().map(streaming::figures).toList();
    Future.join(asked).onComplete(done -> {
      List<StreamFigures> heard = new ArrayList<>();
      asked.stream().filter(Future::succeeded).forEach(node -> heard.addAll(node.result().figures()));
      exchange.json(200, body(StreamFigures.sum(heard), asked.size(), asked.stream().filter(Future::succeeded).count()));
    });
  }

  private static Map<String, Object> body(List<StreamFigures> byProvider, int nodes, long answered) {
    Map<String, Object> body = new LinkedHashMap<>();
    StreamFigures totals = StreamFigures.none("all");
    Map<String, Object> providers = new LinkedHashMap<>();
    for (StreamFigures figures : byProvider) {
      totals = totals.plus(figures, "all");
      providers.put(figures.provider(), figures(figures));
    }
    body.put("totals", figures(totals));
    body.put("providers", providers);
    body.put("nodes", nodes);
    body.put("nodesAnswered", answered);
    return body;
  }

  private static Map<String, Object> figures(StreamFigures figures) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("active", figures.active());
    body.put("started", figures.started());
    body.put("completed", figures.completed());
    body.put("failed", figures.failed());
    body.put("cancelled", figures.cancelled());
    body.put("recovered", figures.recovered());
    body.put("firstTokenMs", percentiles(figures.firstToken()));
    body.put("durationMs", percentiles(figures.duration()));
    body.put("tokens", Map.of("prompt", figures.promptTokens(), "completion", figures.completionTokens()));
    body.put("cost", figures.cost());
    return body;
  }

  /** Null where nothing was counted. */
  private static Map<String, Long> percentiles(List<Long> buckets) {
    Map<String, Long> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", StreamFigures.percentile(buckets, 0.5));
    percentiles.put("p95", StreamFigures.percentile(buckets, 0.95));
    percentiles.put("p99", StreamFigures.percentile(buckets, 0.99));
    return percentiles;
  }
}
