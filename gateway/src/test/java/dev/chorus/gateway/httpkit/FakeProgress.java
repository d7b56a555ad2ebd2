package dev.chorus.gateway.httpkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.GatewayMessage.ProjectEvents;
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
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ProgressReports;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An owner of projects that keeps all in memory, and whose fan-outs can be lost. Used on one context only. */
public final class FakeProgress implements ProgressApi {
  private final Bus bus;
  private final NodeId gateway;
  private final Map<String, List<ProgressEntry>> projects = new HashMap<>();
  public final Set<String> watched = new HashSet<>();
  /** Nothing is told to gateways: they have to find out. */
  public boolean loseFanouts;
  /** What is numbered up to here is not kept any more. */
  public long floor;

  public FakeProgress(Bus bus, NodeId gateway) {
    this.bus = bus;
    this.gateway = gateway;
  }

  /** Publishes a report as if somebody else had. */
  public void say(String project, String report) {
    publish(new PublishProgress(project, List.of(report)));
  }

  private List<ProgressEntry> entries(String project) {
    return projects.computeIfAbsent(project, name -> new ArrayList<>());
  }

  @Override
  public Future<PublishedProgress> publish(PublishProgress request) {
    List<ProgressEntry> entries = entries(request.project());
    long prev = entries.size();
    for (String report : request.reports()) {
      ObjectNode body = (ObjectNode) Json.tree(report.getBytes(StandardCharsets.UTF_8));
      Event event = ProgressReports.read(request.project(), body, 1_700_000_000_000L);
      String agent = event instanceof Event.AgentProgress progress ? progress.agentId() : null;
      entries.add(new ProgressEntry(entries.size() + 1L, event.type(), agent, Json.bytes(event)));
    }
    if (watched.contains(request.project()) && !loseFanouts) {
      bus.tell(Addresses.gateway(gateway), new ProgressFanout(
          List.of(new ProjectEvents(request.project(), prev, List.copyOf(entries.subList((int) prev, entries.size()))))));
    }
    return Future.succeededFuture(new PublishedProgress(entries.size()));
  }

  @Override
  public Future<WatchedProjects> watch(WatchProjects request) {
    watched.addAll(request.projects());
    return Future.succeededFuture(new WatchedProjects(request.projects().stream().map(this::head).toList(), List.of()));
  }

  private ProjectHead head(String project) {
    return new ProjectHead(project, entries(project).size(), floor);
  }

  @Override
  public Future<ProgressPage> read(ReadProgress request) {
    List<ProgressEntry> entries = entries(request.project()).stream()
        .filter(entry -> entry.seq() > Math.max(request.after(), floor)).limit(request.limit()).toList();
    return Future.succeededFuture(new ProgressPage(head(request.project()), entries));
  }

  @Override
  public Future<ProjectState> state(ReadProject request) {
    Map<String, ProgressEntry> latest = new TreeMap<>();
    entries(request.project()).stream().filter(entry -> entry.agentId() != null).forEach(entry -> latest.put(entry.agentId(), entry));
    return Future.succeededFuture(new ProjectState(List.copyOf(latest.values())));
  }
}
