package dev.chorus.gateway.progress;

import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.ProjectHead;
import dev.chorus.bus.ProgressMessage.WatchProjects;
import dev.chorus.bus.ProgressMessage.WatchedProjects;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps the owners of projects told of what this gateway follows: one message per owner, again every few seconds, at once when the ring has changed. Each answer says how far
 * the projects are, so that whatever was not heard is read.
 */
final class ProjectWatch {
  static final long REPEAT_MS = 5000;
  private static final int MAX_BATCH = 1000;
  private final Vertx vertx;
  private final NodeId self;
  private final Cluster cluster;
  private final ProgressClient client;
  private final Clock clock;
  private final Consumer<List<ProjectHead>> heads;
  /** When each is to be told next. */
  private final Map<String, Long> due = new HashMap<>();
  private boolean planned;

  ProjectWatch(Vertx vertx, NodeId self, Cluster cluster, ProgressClient client, Clock clock, Consumer<List<ProjectHead>> heads) {
    this.vertx = vertx;
    this.self = self;
    this.cluster = cluster;
    this.client = client;
    this.clock = clock;
    this.heads = heads;
  }

  void want(String project) {
    due.put(project, 0L);
    soon();
  }

  void forget(String project) {
    due.remove(project);
  }

  void ringChanged() {
    due.replaceAll((project, at) -> 0L);
    if (!due.isEmpty())
      soon();
  }

  private void soon() {
    if (planned)
      return;
    planned = true;
    vertx.runOnContext(next -> {
      planned = false;
      tell();
    });
  }

  /** Every second, too: tells what is due. */
  void tell() {
    long now = clock.millis();
    Ring ring = cluster.ring(Role.STREAMING);
    Map<NodeId, List<String>> batches = new HashMap<>();
    due.replaceAll((project, at) -> {
      NodeId owner = at > now ? null : ring.owner(project).orElse(null);
      if (owner == null)
        return at;
      List<String> batch = batches.computeIfAbsent(owner, node -> new ArrayList<>());
      if (batch.size() >= MAX_BATCH)
        return at;
      batch.add(project);
      return now + REPEAT_MS;
    });
    batches.forEach((owner, projects) -> client.watch(owner, new WatchProjects(self, projects)).onSuccess(this::told)
        .onFailure(failure -> again(projects)));
  }

  private void told(WatchedProjects answer) {
    heads.accept(answer.heads());
    again(answer.moved());
  }

  /** With the next second. */
  private void again(List<String> projects) {
    projects.forEach(project -> due.replace(project, 0L));
  }
}
