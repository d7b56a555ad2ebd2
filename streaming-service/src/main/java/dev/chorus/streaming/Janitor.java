package dev.chorus.streaming;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.answer.RunningStream;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import dev.chorus.streaming.log.RecordSlots;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears up behind time: logs whose time is over, in small batches; streams of this node that were opened without its ever hearing of it; streams that run and on which nobody
 * works. So no stream stays open.
 */
final class Janitor {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
  private static final int STREAMS_PER_BATCH = 100;
  private static final long UNHEARD_OF_MS = 15_000;
  private final Ownership ownership;
  private final Clock clock;
  private final Duration ttl;
  private final Owner owner;
  private final Runs runs;
  private final Duration waits;
  private final Inheritance inheritance;
  private Set<StreamId> abandoned = new HashSet<>();
  private boolean busy;
  private boolean tending;

  Janitor(Ownership ownership, Clock clock, Duration ttl, Owner owner, Runs runs, Duration waits, Inheritance inheritance) {
    this.ownership = ownership;
    this.clock = clock;
    this.ttl = ttl;
    this.owner = owner;
    this.runs = runs;
    this.waits = waits;
    this.inheritance = inheritance;
  }

  void clean() {
    if (busy || !owner.isRegistered())
      return;
    busy = true;
    endAbandoned();
    Incarnation life = owner.incarnation();
    ownership.leftBy(life.toString(), waits, runs.ids()).onSuccess(ours -> {
      // What was left by a life that is over belongs to whoever fenced it.
      if (life.equals(owner.incarnation()))
        takeUnheardOf(ours);
    }).compose(ours -> expire())
        .compose(done -> ownership.forget(clock.millis()))
        .onComplete(done -> {
          busy = false;
          if (done.failed())
            LOG.atWarn().setCause(done.cause()).log("Old streams could not be deleted.");
        });
  }

  /** Makes room in the log for what is to come, and drops what has expired. */
  void tend(RecordSlots slots) {
    if (tending)
      return;
    tending = true;
    slots.tend(RecordSlots.length(ttl), clock.millis() - ttl.toMillis()).onComplete(done -> {
      tending = false;
      if (done.failed())
        LOG.atWarn().setCause(done.cause()).log("The tables of records could not be looked after; it is tried again in a minute.");
    });
  }

  /** Those that were abandoned at the last round and still are. */
  private void endAbandoned() {
    Set<StreamId> before = abandoned;
    abandoned = new HashSet<>();
    for (RunningStream stream : List.copyOf(runs.all())) {
      if (!stream.isAbandoned())
        continue;
      abandoned.add(stream.id());
      if (!before.contains(stream.id()))
        continue;
      LOG.atError().addKeyValue("stream", stream.id().value()).log("Nobody works on a stream that runs; it ends here.");
      stream.fail(Failures.server(ErrorCode.INTERNAL, "The server has lost track of this answer.", 500));
    }
  }

  private Future<Void> expire() {
    return ownership.expire(clock.millis(), ttl, STREAMS_PER_BATCH)
        .compose(streams -> streams < STREAMS_PER_BATCH ? Future.succeededFuture() : expire());
  }

  /** An opening whose answer was lost, or a takeover that could not be read at once: nobody runs it. */
  private void takeUnheardOf(List<Orphan> ours) {
    List<Orphan> unheardOf = new ArrayList<>();
    for (Orphan orphan : ours) {
      var stream = orphan.stream();
      boolean young = stream.openedAt() > clock.millis() - UNHEARD_OF_MS;
      if (runs.get(stream.id()) == null && (orphan.takeovers() > 0 || !young))
        unheardOf.add(orphan);
    }
    inheritance.inherit(unheardOf);
  }
}
