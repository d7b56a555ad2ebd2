package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.protocol.Event;
import dev.chorus.streaming.answer.Answer;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.log.AppendLane;
import dev.chorus.streaming.log.Logged;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears up behind time: logs whose time is over, in small batches, and streams of this node that were opened without its ever hearing of it. */
final class Janitor {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
  private static final int STREAMS_PER_BATCH = 100;
  private static final long UNHEARD_OF_MS = 15_000;
  private final Ownership ownership;
  private final Clock clock;
  private final Duration ttl;
  private final Owner owner;
  private final Runs runs;
  private final AppendLane lane;
  private boolean busy;

  Janitor(Ownership ownership, Clock clock, Duration ttl, Owner owner, Runs runs, AppendLane lane) {
    this.ownership = ownership;
    this.clock = clock;
    this.ttl = ttl;
    this.owner = owner;
    this.runs = runs;
    this.lane = lane;
  }

  void clean() {
    if (busy || !owner.isRegistered())
      return;
    busy = true;
    ownership.leftBy(owner.incarnation().toString()).onSuccess(this::endUnheardOf).compose(ours -> expire())
        .compose(done -> ownership.forget(clock.millis()))
        .onComplete(done -> {
          busy = false;
          if (done.failed())
            LOG.atWarn().setCause(done.cause()).log("Old streams could not be deleted.");
        });
  }

  private Future<Void> expire() {
    return ownership.expire(clock.millis(), ttl, STREAMS_PER_BATCH)
        .compose(streams -> streams < STREAMS_PER_BATCH ? Future.succeededFuture() : expire());
  }

  /** An opening whose answer was lost: nobody runs it. */
  private void endUnheardOf(List<Orphan> ours) {
    for (Orphan orphan : ours) {
      var stream = orphan.stream();
      if (runs.get(stream.id()) != null || stream.openedAt() > clock.millis() - UNHEARD_OF_MS || stream.head() > 0)
        continue;
      StreamRecord.End end = new StreamRecord.End(1, "FAILED", null,
          Failures.server(ErrorCode.UNAVAILABLE, "The answer could not be started.", 503),
          Answer.estimate(orphan.requestCharacters(), 0), null, new Event.Metrics(null, clock.millis() - stream.openedAt(), 0, 0, 0, 0, 0));
      lane.append(stream.id(), List.of(end), new Logged() {
        @Override
        public void committed(List<StreamRecord> records) {
          runs.endedElsewhere(stream, end);
        }

        @Override
        public void unstorable() {
          // The next round tries again.
        }
      });
    }
  }
}
