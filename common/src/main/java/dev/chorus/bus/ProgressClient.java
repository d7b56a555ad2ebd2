package dev.chorus.bus;

import dev.chorus.bus.ProgressMessage.ProgressPage;
import dev.chorus.bus.ProgressMessage.ProjectState;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.ProgressMessage.PublishedProgress;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.bus.ProgressMessage.ReadProject;
import dev.chorus.bus.ProgressMessage.WatchProjects;
import dev.chorus.bus.ProgressMessage.WatchedProjects;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;

/** The progress of projects over the bus. Watches, whose caller has grouped them by owner, go to a node, once. */
public final class ProgressClient {
  private final Bus bus;
  private final Owners owners;

  public ProgressClient(Bus bus, Owners owners) {
    this.bus = bus;
    this.owners = owners;
  }

  /** Repeated only where it was surely not carried out: a second one would be a second event. */
  public Future<PublishedProgress> publish(PublishProgress request) {
    return call(request.project(), request, PublishedProgress.class, Owners.Repeat.IF_NOT_CARRIED_OUT);
  }

  public Future<ProgressPage> read(ReadProgress request) {
    return call(request.project(), request, ProgressPage.class, Owners.Repeat.ALWAYS);
  }

  public Future<ProjectState> state(ReadProject request) {
    return call(request.project(), request, ProjectState.class, Owners.Repeat.ALWAYS);
  }

  public Future<WatchedProjects> watch(NodeId owner, WatchProjects request) {
    return bus.request(Addresses.progress(owner), request, WatchedProjects.class, Bus.TIMEOUT);
  }

  private <A extends BusMessage> Future<A> call(String project, ProgressMessage request, Class<A> answer, Owners.Repeat repeat) {
    return owners.call(Role.STREAMING, project, Addresses::progress, request, answer, repeat);
  }
}
