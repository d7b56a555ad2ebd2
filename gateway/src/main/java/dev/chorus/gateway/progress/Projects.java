package dev.chorus.gateway.progress;

import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.GatewayMessage.ProjectEvents;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.ProjectHead;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.cluster.Cluster;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The projects that are followed at this gateway, by its sockets and its HTTP answers alike. On the gateway's context only. */
public final class Projects {
  /** Above every number: what is read there is only how the project stands. */
  private static final long BEYOND = 1L << 53;
  private final Vertx vertx;
  private final ProgressClient client;
  private final ProjectWatch watch;
  private final Map<String, Project> projects = new HashMap<>();

  public Projects(Vertx vertx, NodeId self, Cluster cluster, ProgressClient client, Clock clock) {
    this.vertx = vertx;
    this.client = client;
    this.watch = new ProjectWatch(vertx, self, cluster, client, clock, this::heads);
  }

  /** A reader's hold on the events, and the answer that comes before the first of them. */
  public record Subscribed(Subscription subscription, Ack.ProgressSubscribed ack) {}

  /**
   * Lets a reader follow a project's events; the reader hears nothing before the handlers of the returned future have run.
   *
   * @param after the last number that the reader has; null: from now on
   * @param lenient an {@code after} that cannot be is taken for 0, instead of {@code bad_request}
   */
  public Future<Subscribed> subscribe(String id, Long after, boolean lenient, ProgressReader reader) {
    Project project = projects.computeIfAbsent(id, name -> new Project(name, vertx, client, this::deserted));
    Subscription subscription = new Subscription(project, reader);
    // Registered first: what happens from now on is heard of, what was before is in the head that is read.
    project.joined(subscription);
    watch.want(id);
    return client.read(new ReadProgress(id, BEYOND, 1)).map(page -> {
      ProjectHead now = page.head();
      if (after != null && after > now.head() && !lenient)
        throw Problem.badRequest("'after' is " + after + ", but the project has only " + now.head() + ".").refusal();
      long asked = after == null ? now.head() : after > now.head() ? 0 : after;
      long position = Math.max(asked, now.floor());
      vertx.runOnContext(next -> subscription.begin(position, Math.max(now.head(), project.head())));
      return new Subscribed(subscription, new Ack.ProgressSubscribed(now.head(), position == asked));
    }).onFailure(failure -> subscription.detach());
  }

  private void deserted(Project project) {
    if (projects.remove(project.id(), project))
      watch.forget(project.id());
  }

  private void heads(List<ProjectHead> heads) {
    for (ProjectHead head : heads) {
      Project project = projects.get(head.project());
      if (project != null)
        project.head(head.head());
    }
  }

  public void fanOut(ProgressFanout fanout) {
    for (ProjectEvents events : fanout.projects()) {
      Project project = projects.get(events.project());
      if (project != null)
        project.live(events.prev(), events.entries());
    }
  }

  /** The members or a ring have changed. */
  public void clusterChanged() {
    watch.ringChanged();
  }

  /** Every second. */
  public void tick() {
    watch.tell();
  }
}
