package dev.chorus.gateway;

import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.node.Health.Status;
import java.time.Clock;
import java.util.stream.Stream;

/**
 * Whether this gateway has known somebody for everything that clients ask for: before that, a join would find nobody and be refused. Looked at once, when it starts: a role of which
 * all nodes are gone later is no reason to send clients away. And not for ever: what works without a role that does not come is worth having.
 */
final class KnownOwners {
  private static final long PATIENCE_MS = 30_000;
  private final Cluster cluster;
  private final Clock clock;
  private final long startedAt;
  private volatile boolean known;

  KnownOwners(Cluster cluster, Clock clock) {
    this.cluster = cluster;
    this.clock = clock;
    this.startedAt = clock.millis();
  }

  Status status() {
    if (!known && (clock.millis() - startedAt >= PATIENCE_MS
        || Stream.of(Role.DELIVERY, Role.PRESENCE, Role.STREAMING).noneMatch(role -> cluster.ring(role).nodes().isEmpty())))
      known = true;
    return known ? Status.UP : Status.DOWN;
  }
}
