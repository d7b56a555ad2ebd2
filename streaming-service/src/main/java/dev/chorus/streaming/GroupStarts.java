package dev.chorus.streaming;

import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.bus.StreamingMessage.StartedGroup;
import dev.chorus.bus.StreamingMessage.StartedStream;
import dev.chorus.model.Problem;
import dev.chorus.streaming.fanout.Fanout;
import dev.chorus.streaming.group.Merge;
import dev.chorus.streaming.group.Place;
import dev.chorus.streaming.log.Plan;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Starts the streams of a group: all of them, or none. */
final class GroupStarts {
  private static final int MAX_AGENTS = 20;
  private final Starts starts;
  private final Runs runs;
  private final Fanout fanout;

  GroupStarts(Starts starts, Runs runs, Fanout fanout) {
    this.starts = starts;
    this.runs = runs;
    this.fanout = fanout;
  }

  Future<StartedGroup> start(StartGroup request) {
    if (request.agents().isEmpty() || !starts.isOurs(request.agents().getFirst()))
      return Future.failedFuture(NotCarriedOut.moved());
    check(request);
    return start(request, new ArrayList<>());
  }

  private void check(StartGroup request) {
    Merge.Way.of(request.merge());
    Set<String> names = new HashSet<>();
    for (StartStream agent : request.agents()) {
      if (agent.agentId() == null || !names.add(agent.agentId()))
        throw Problem.badRequest("Each agent of a group needs an 'agentId' of its own.").refusal();
      starts.check(agent);
    }
    if (request.agents().size() > MAX_AGENTS)
      throw Problem.badRequest("A group has at most " + MAX_AGENTS + " agents.").refusal();
  }

  /** One after the other, so that they open in the order given. */
  private Future<StartedGroup> start(StartGroup request, List<StartedStream> started) {
    int next = started.size();
    if (next == request.agents().size())
      return Future.succeededFuture(new StartedGroup(request.group(), started));
    StartStream agent = request.agents().get(next);
    Plan plan = new Plan(agent, new Place(request.group(), request.merge(), next, request.agents().size()), null);
    return starts.start(plan, () -> {
      if (agent.gateway() != null)
        fanout.watch(agent.gateway(), agent.stream());
    }).compose(one -> {
      started.add(one);
      return start(request, started);
    }, refused -> {
      runs.groups().forget(request.group());
      // Those that have begun already do not go on alone.
      started.forEach(one -> {
        if (runs.get(one.streamId()) != null)
          runs.get(one.streamId()).cancel();
      });
      return Future.failedFuture(refused instanceof NotCarriedOut && !started.isEmpty()
          ? Problem.of(dev.chorus.model.ErrorCode.UNAVAILABLE, "The group could not be started.").refusal()
          : refused);
    });
  }
}
