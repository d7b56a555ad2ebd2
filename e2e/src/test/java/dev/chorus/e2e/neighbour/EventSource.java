package dev.chorus.e2e.neighbour;

import dev.chorus.cluster.HazelcastCluster;
import dev.chorus.cluster.HazelcastClusterConfig;
import dev.chorus.model.NodeId;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A small service of its own: it joins the cluster, and each line of its input is an event that it asks Chorus to tell people; each answer is a line of its output. */
public final class EventSource {
  private static final int JOIN_SECONDS = 60;

  private EventSource() {}

  /** Arguments: the cluster's name, a port for itself, and the members to ask, {@code host:port,…}. Ends with its input. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    HazelcastClusterConfig config = new HazelcastClusterConfig(arguments[0], Optional.of("127.0.0.1"), port,
        List.of(arguments[2].split(",", -1)), Optional.empty());
    HazelcastCluster cluster = new HazelcastCluster(config, new NodeId("event-source-" + port), Set.of());
    Vertx vertx = Vertx.builder().withClusterManager(cluster.manager()).buildClustered().toCompletionStage().toCompletableFuture()
        .get(JOIN_SECONDS, TimeUnit.SECONDS);
    System.out.println("joined");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      vertx.eventBus().<JsonObject>request("chorus.events", new JsonObject(line))
          .onSuccess(answer -> System.out.println("answer " + answer.body().encode()))
          .onFailure(failure -> System.out.println("refused " + (failure instanceof ReplyException refusal
              ? refusal.failureCode() + " " + refusal.getMessage()
              : String.valueOf(failure))));
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(JOIN_SECONDS, TimeUnit.SECONDS);
  }
}
