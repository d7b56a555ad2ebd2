package dev.chorus.streaming.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.GatewayMessage.ProjectEvents;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.ProgressApi;
import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.ProgressPage;
import dev.chorus.bus.ProgressMessage.ProjectHead;
import dev.chorus.bus.ProgressMessage.ProjectState;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.ProgressMessage.PublishedProgress;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.bus.ProgressMessage.ReadProject;
import dev.chorus.bus.ProgressMessage.WatchProjects;
import dev.chorus.bus.ProgressMessage.WatchedProjects;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ProgressReports;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The projects that the ring gives to this node: it adds their events to the log, then tells whoever asked. An event is known to nobody before it is committed. */
public final class ProjectOwner implements ProgressApi {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectOwner.class);
  private static final int MAX_PAGE = 500;
  private final NodeContext node;
  private final ProgressLog log;
  private final ProgressFanouts fanouts;

  public ProjectOwner(NodeContext node, ProgressLog log) {
    this.node = node;
    this.log = log;
    this.fanouts = new ProgressFanouts(node.vertx(), node.bus(), node.clock());
  }

  @Override
  public Future<PublishedProgress> publish(PublishProgress request) {
    if (!node.cluster().ring(Role.STREAMING).owns(node.self(), request.project()))
      return Future.failedFuture(NotCarriedOut.moved());
    long now = node.clock().millis();
    String project = ProgressReports.projectId(request.project());
    List<ProgressEntry> events = request.reports().stream().map(report -> event(project, report, now)).toList();
    if (events.isEmpty())
      throw Problem.badRequest("There is no report.").refusal();
    return available(log.append(project, events, now)).map(last -> {
      long prev = last - events.size();
      List<ProgressEntry> numbered = new ArrayList<>(events.size());
      for (ProgressEntry event : events)
        numbered.add(new ProgressEntry(prev + numbered.size() + 1, event.type(), event.agentId(), event.data()));
      fanouts.add(new ProjectEvents(project, prev, numbered));
      return new PublishedProgress(last);
    });
  }

  private static ProgressEntry event(String project, String report, long now) {
    try {
      if (Json.read(report) instanceof ObjectNode body) {
        Event event = ProgressReports.read(project, body, now);
        return new ProgressEntry(0, event.type(), event instanceof Event.AgentProgress progress ? progress.agentId() : null,
            Json.bytes(event));
      }
    } catch (JsonProcessingException notJson) {
      // Told below.
    }
    throw Problem.badRequest("The report is not a JSON object.").refusal();
  }

  @Override
  public Future<WatchedProjects> watch(WatchProjects request) {
    Ring ring = node.cluster().ring(Role.STREAMING);
    List<String> ours = request.projects().stream().filter(project -> ring.owns(node.self(), project)).toList();
    List<String> moved = request.projects().stream().filter(project -> !ring.owns(node.self(), project)).toList();
    // Registered first: what is committed from now on is told, what was before is in the heads.
    ours.forEach(project -> fanouts.watch(request.gateway(), project));
    return available(log.heads(ours)).map(heads -> new WatchedProjects(heads, moved));
  }

  @Override
  public Future<ProgressPage> read(ReadProgress request) {
    int limit = Math.clamp(request.limit(), 1, MAX_PAGE);
    // The events first: whatever expires or is added meanwhile, the head is not behind them.
    return available(log.page(request.project(), request.after(), limit).compose(entries -> log.heads(List.of(request.project()))
        .map(heads -> page(heads.isEmpty() ? new ProjectHead(request.project(), 0, 0) : heads.getFirst(), request.after(), entries))));
  }

  private static ProgressPage page(ProjectHead head, long after, List<ProgressEntry> entries) {
    long first = entries.isEmpty() ? head.floor() : entries.getFirst().seq() - 1;
    return new ProgressPage(after < first ? new ProjectHead(head.project(), head.head(), Math.max(first, head.floor())) : head, entries);
  }

  @Override
  public Future<ProjectState> state(ReadProject request) {
    return available(log.latest(request.project())).map(ProjectState::new);
  }

  /** Every few seconds. */
  public void tidy() {
    fanouts.forgetUnwanted();
    log.expire(node.clock().millis()).onFailure(failure -> LOG.atWarn().setCause(failure).log("Old progress could not be deleted."));
  }

  /** What PostgreSQL does not answer is not there for now. */
  private static <T> Future<T> available(Future<T> asked) {
    return asked.recover(failure -> Future.failedFuture(
        failure instanceof Refusal
            ? failure
            : Refusal.of(ErrorCode.UNAVAILABLE, "The progress of projects cannot be reached at the moment.")));
  }
}
