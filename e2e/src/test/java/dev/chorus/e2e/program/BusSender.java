package dev.chorus.e2e.program;

import dev.chorus.cluster.HazelcastCluster;
import dev.chorus.cluster.HazelcastClusterConfig;
import dev.chorus.config.Settings;
import dev.chorus.model.NodeId;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * A program of somebody else: it joins the cluster with nothing of Chorus but {@code common} on its classpath, and sends messages by the bus.
 * Each line of its output is an answer: the ack's data, or {@code refused}, the status and the reason.
 *
 * <pre>
 * BusSender MEMBERS PORT BODY…
 * </pre>
 */
final class BusSender {
  private BusSender() {}

  /** @param arguments host:port of nodes, the own cluster port, and the bodies of the requests as JSON */
  public static void main(String[] arguments) throws ExecutionException, InterruptedException {
    Settings settings = Settings.of(Map.of("CHORUS_CLUSTER_MEMBERS", arguments[0], "CHORUS_CLUSTER_PORT", arguments[1]));
    HazelcastCluster cluster = new HazelcastCluster(HazelcastClusterConfig.from(settings).orElseThrow(), new NodeId("bus-sender"),
        Set.of());
    Vertx vertx = Vertx.builder().withClusterManager(cluster.manager()).buildClustered().toCompletionStage().toCompletableFuture().get();
    for (int i = 2; i < arguments.length; i++) {
      String answer = vertx.eventBus().<JsonObject>request("chorus.messages", new JsonObject(arguments[i]))
          .map(reply -> reply.body().encode())
          .otherwise(failure -> failure instanceof ReplyException refusal
              ? "refused " + refusal.failureCode() + " " + refusal.getMessage()
              : "failed " + failure)
          .toCompletionStage().toCompletableFuture().get();
      System.out.println(answer);
    }
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }
}
