package dev.chorus.streaming.takeover;

import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.log.Incarnation;
import dev.chorus.streaming.log.Ownership;
import dev.chorus.streaming.log.Ownership.Orphan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the streams of dead owners: fence first, so that the dead write nothing more, then each stream goes to the node that owns its key. An owner counts as dead when
 * its node was seen to leave and has missed a heartbeat since, or is no member and has not shown its heartbeat for a while: a node that hung sees all others leave when it wakes
 * up, but they go on beating. Repeating it is safe, also from several nodes at once.
 */
public final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  /** Longer than from one heartbeat of a living owner to the next. */
  private static final Duration MISSED = Duration.ofMillis(700);
  private static final long SOON_MS = 50;
  private static final int MAX_LOST = 1000;

  /** Who goes on with what the dead have left. */
  public interface Heir {
    /** As whom; null when nobody is there to own anything just now. */
    Incarnation incarnation();

    /** These streams are ours now. */
    void inherit(List<Orphan> orphans);
  }

  private final Vertx vertx;
  private final Ownership ownership;
  private final Cluster cluster;
  private final Heir heir;
  private final Duration waits;
  private final Set<NodeId> lost = new HashSet<>();
  private Set<NodeId> known = Set.of();
  private boolean looking;
  private boolean again;
  private boolean planned;

  /** @param waits how long after their owner was last seen streams are gone on with */
  public Takeover(Vertx vertx, Ownership ownership, Cluster cluster, Duration waits, Heir heir) {
    this.vertx = vertx;
    this.ownership = ownership;
    this.cluster = cluster;
    this.waits = waits;
    this.heir = heir;
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
    ownership.others(members.stream().map(NodeId::value).toList(), SILENCE, MISSED).compose(this::takeOver).onComplete(done -> {
      looking = false;
      if (done.failed())
        LOG.atWarn().setCause(done.cause()).log("Dead owners could not be looked for.");
      if (again)
        look();
    });
  }

  private Future<Void> takeOver(List<Ownership.Other> others) {
    List<Future<?>> all = new ArrayList<>();
    boolean soon = false;
    for (Ownership.Other other : others) {
      boolean left = lost.contains(Incarnation.node(other.incarnation()));
      soon |= left && !other.missed();
      if (other.silent() || (left && other.missed()))
        all.add(ownership.fence(other.incarnation()).compose(fenced -> ownership.leftBy(other.incarnation(), waits, List.of()))
            .compose(orphans -> adopt(other.incarnation(), orphans)));
    }
    if (soon)
      lookSoon();
    return Future.join(all).mapEmpty();
  }

  /** At most one look is planned, however long somebody who was lost goes on beating. */
  private void lookSoon() {
    if (planned)
      return;
    planned = true;
    vertx.setTimer(SOON_MS, timer -> {
      planned = false;
      look();
    });
  }

  private Future<Void> adopt(String dead, List<Orphan> left) {
    Incarnation self = heir.incarnation();
    if (self == null)
      return Future.succeededFuture();
    Ring ring = cluster.ring(Role.STREAMING);
    List<StreamId> due = left.stream().map(orphan -> orphan.stream().id()).filter(stream -> ring.owns(cluster.self(), stream.key()))
        .toList();
    return ownership.adopt(due, dead, self).map(ours -> {
      List<Orphan> orphans = left.stream().filter(orphan -> ours.contains(orphan.stream().id())).toList();
      // Who was fenced meanwhile has adopted them in a life that is over: whoever fenced it takes them from there, and two would write them.
      if (orphans.isEmpty() || !self.equals(heir.incarnation()))
        return null;
      LOG.atInfo().addKeyValue("streams", orphans.size()).addKeyValue("owner", dead)
          .log("Streams were taken over, since their owner is no more.");
      heir.inherit(orphans);
      return null;
    });
  }
}
