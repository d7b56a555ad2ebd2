package dev.chorus.bus;

import dev.chorus.bus.ProgressMessage.ProgressPage;
import dev.chorus.bus.ProgressMessage.ProjectState;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.ProgressMessage.PublishedProgress;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.bus.ProgressMessage.ReadProject;
import dev.chorus.bus.ProgressMessage.WatchProjects;
import dev.chorus.bus.ProgressMessage.WatchedProjects;
import io.vertx.core.Future;

/** What the owner of a project does for others: the same on both sides of the bus. Refusals are failures of the future with a {@link dev.chorus.model.Refusal}. */
public interface ProgressApi {
  Future<PublishedProgress> publish(PublishProgress request);

  Future<WatchedProjects> watch(WatchProjects request);

  Future<ProgressPage> read(ReadProgress request);

  Future<ProjectState> state(ReadProject request);

  /** The call behind a message. */
  default Future<? extends BusMessage> dispatch(ProgressMessage message) {
    return switch (message) {
      case PublishProgress call -> publish(call);
      case WatchProjects call -> watch(call);
      case ReadProgress call -> read(call);
      case ReadProject call -> state(call);
      default -> throw new IllegalArgumentException("not a call: " + message.getClass().getSimpleName());
    };
  }
}
