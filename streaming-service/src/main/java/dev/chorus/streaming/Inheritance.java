package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.answer.Opened;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import dev.chorus.streaming.log.Plan;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.takeover.Takeover;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with the streams of owners that are no more: their log is read, and the answer is continued as after a broken attempt. One that cannot be continued fails. */
final class Inheritance implements Takeover.Heir {
  private static final Logger LOG = LoggerFactory.getLogger(Inheritance.class);
  /** A stream that so many owners did not survive is not tried on another. */
  private static final int MAX_TAKEOVERS = 5;
  private final StreamLog log;
  private final Ownership ownership;
  private final Owner owner;
  private final Starts starts;
  private final Runs runs;
  private final Set<StreamId> underWay = new HashSet<>();

  Inheritance(StreamLog log, Ownership ownership, Owner owner, Starts starts, Runs runs) {
    this.log = log;
    this.ownership = ownership;
    this.owner = owner;
    this.starts = starts;
    this.runs = runs;
  }

  @Override
  public Incarnation incarnation() {
    return owner.isRegistered() && !runs.isDraining() ? owner.incarnation() : null;
  }

  @Override
  public void inherit(List<Orphan> orphans) {
    Incarnation life = owner.incarnation();
    Map<StreamId, Orphan> ours = new LinkedHashMap<>();
    for (Orphan orphan : orphans)
      if (runs.get(orphan.stream().id()) == null && underWay.add(orphan.stream().id()))
        ours.put(orphan.stream().id(), orphan);
    log.wholes(List.copyOf(ours.keySet()), (stream, records) -> inherit(ours.get(stream), life, records));
  }

  private void inherit(Orphan orphan, Incarnation life, Future<List<StreamRecord>> whole) {
    StoredStream stored = orphan.stream();
    Plan plan = orphan.plan().orElseGet(() -> unknown(stored));
    whole.compose(records -> group(plan).map(known -> records)).onComplete(read -> {
      underWay.remove(stored.id());
      if (!life.equals(owner.incarnation()))
        return;
      // The janitor finds it again.
      if (read.failed())
        LOG.atWarn().addKeyValue("stream", stored.id().value()).setCause(read.cause())
            .log("A stream that was taken over cannot be read yet.");
      else
        goOn(orphan, new Opened(plan, stored.epoch(), stored.model(), stored.provider(), stored.openedAt(), stored.slot()), read.result());
    });
  }

  /** What has ended of its group before we owned it. */
  private Future<Void> group(Plan plan) {
    if (plan.place() == null || runs.groups().knows(plan.place().group()))
      return Future.succeededFuture();
    return ownership.endedOf(plan.place().group()).map(ended -> {
      var group = runs.groups().of(plan.place());
      ended.forEach(agent -> group.endedBefore(agent.place(), agent.agentId(), agent.end().status(), agent.end().usage()));
      return null;
    });
  }

  private void goOn(Orphan orphan, Opened opened, List<StreamRecord> records) {
    StreamRecord.Failure obstacle = obstacle(orphan);
    RunningStream stream = null;
    if (obstacle == null) {
      try {
        stream = starts.taken(opened);
      } catch (Refusal gone) {
        obstacle = Failures.server(ErrorCode.UNAVAILABLE, "The model of this answer is not there any more.", 503);
      }
    }
    if (obstacle == null) {
      runs.inherit(stream, records, orphan.stream().status().equals("PAUSED"));
      if (runs.groups().isBeaten(opened.plan().place()))
        stream.cancel();
    } else {
      RunningStream ending = starts.ending(opened);
      runs.inherit(ending, records, true);
      ending.fail(obstacle);
    }
  }

  /** Null when nothing stands against going on with it. */
  private StreamRecord.Failure obstacle(Orphan orphan) {
    boolean unheardOf = orphan.takeovers() == 0 && orphan.stream().owner().equals(owner.incarnation().toString());
    if (unheardOf)
      return Failures.server(ErrorCode.UNAVAILABLE, "The answer could not be started.", 503);
    if (orphan.plan().isEmpty() || orphan.unsafe())
      return Failures.brokenOff();
    if (orphan.stale())
      return Failures.server(ErrorCode.UNAVAILABLE, "The server that wrote this answer was gone for too long; what it had written is kept.",
          503);
    if (orphan.takeovers() >= MAX_TAKEOVERS)
      return Failures.server(ErrorCode.INTERNAL, "Too many servers have failed while they wrote this answer.", 500);
    return null;
  }

  /** Enough to end it. */
  private static Plan unknown(StoredStream it) {
    return new Plan(
        new StartStream(it.id(), it.room(), it.starter(), "", false, null, it.agentId(), null, null, null, true, false, null, null, true,
            null, null),
        null, null);
  }
}
