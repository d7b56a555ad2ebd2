package dev.chorus.streaming.takeover;

import dev.chorus.bus.StreamRecord;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Event;
import dev.chorus.streaming.answer.Answer;
import dev.chorus.streaming.attempt.Failures;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import dev.chorus.streaming.log.StoredStream;
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
 * Ends the streams of dead owners: fence first, so that nothing follows the end, then one end behind the last record. An owner counts as dead when its node was seen to
 * leave, or is no member and has not shown its heartbeat for a while. Repeating it is safe, also from several nodes at once; each ends the streams whose keys it owns.
 */
public final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final int MAX_LOST = 1000;

  /** Who tells the readers. */
  public interface Listener {
    void ended(StoredStream stream, StreamRecord.End end);
  }

  private final Ownership ownership;
  private final Cluster cluster;
  private final Clock clock;
  private final Listener listener;
  private final Set<NodeId> lost = new HashSet<>();
  private Set<NodeId> known = Set.of();
  private boolean looking;
  private boolean again;

  public Takeover(Ownership ownership, Cluster cluster, Clock clock, Listener listener) {
    this.ownership = ownership;
    this.cluster = cluster;
    this.clock = clock;
    this.listener = listener;
  }

  /** Looks for dead owners; while one look is under way, the next begins behind it. */
  public void look() {
    Set<NodeId> members = cluster.members();
    known.stream().filter(node -> !members.contains(node)).forEach(lost::add);
    lost.removeAll(members);
    if (lost.size() > MAX_LOST)
      lost.clear();
    known = members;
    again = looking;
    if (looking)
      return;
    looking = true;
    ownership.others(members.stream().map(NodeId::value).toList(), SILENCE).compose(this::takeOver).onComplete(done -> {
      looking = false;
      if (done.failed())
        LOG.atWarn().setCause(done.cause()).log("Dead owners could not be looked for.");
      if (again)
        look();
    });
  }

  private Future<Void> takeOver(List<Ownership.Other> others) {
    List<Future<?>> all = new ArrayList<>();
    for (Ownership.Other other : others) {
      boolean dead = other.silent() || lost.contains(Incarnation.node(other.incarnation()));
      if (dead)
        all.add(ownership.fence(other.incarnation()).compose(fenced -> ownership.leftBy(other.incarnation())).compose(this::end));
    }
    return Future.join(all).mapEmpty();
  }

  private Future<Void> end(List<Orphan> orphans) {
    List<Future<?>> ends = new ArrayList<>();
    for (Orphan orphan : orphans) {
      StoredStream stream = orphan.stream();
      if (!cluster.ring(Role.STREAMING).owns(cluster.self(), stream.id().key()))
        continue;
      StreamRecord.End end = record(orphan);
      ends.add(ownership.end(stream, end).onSuccess(seq -> {
        if (seq != null)
          tell(stream, seq, end);
      }));
    }
    return Future.join(ends).mapEmpty();
  }

  private void tell(StoredStream stream, long seq, StreamRecord.End end) {
    LOG.atWarn().addKeyValue("stream", stream.id().value()).addKeyValue("owner", stream.owner())
        .log("A stream was ended, since its owner died.");
    listener.ended(stream, new StreamRecord.End(seq, end.status(), null, end.failure(), end.usage(), null, end.metrics()));
  }

  /** The end of a stream whose owner died. */
  private StreamRecord.End record(Orphan orphan) {
    StoredStream stream = orphan.stream();
    Event.Metrics metrics = new Event.Metrics(null, Math.max(0, clock.millis() - stream.openedAt()), stream.head(), orphan.bytes(), 1, 0,
        0);
    return new StreamRecord.End(stream.head() + 1, "FAILED", null,
        Failures.server(ErrorCode.UNAVAILABLE, "The server that wrote this answer has failed; what it had written is kept.", 503),
        Answer.estimate(orphan.requestCharacters(), orphan.bytes()), null, metrics);
  }
}
