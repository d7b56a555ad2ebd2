package dev.chorus.presence.room;

import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which gateways have told everything since the ring last changed, and who left on purpose meanwhile. When all have, whoever is known by hearsay only is nowhere: who said goodbye
 * has left, the others went down with a gateway and may come back.
 */
final class Arrivals {
  private static final int MAX_PARTED = 10_000;
  private final Cluster cluster;
  private final long graceMs;
  private final Set<NodeId> arrived = new HashSet<>();
  private final Map<RoomId, Set<UserId>> parted = new HashMap<>();
  private Set<NodeId> gateways = Set.of();
  private int partings;
  private long ring = Ring.EMPTY.fingerprint();
  private long lostAt;

  /** @param graceMs for so long a user who was on a gateway that died may come back */
  Arrivals(Cluster cluster, long graceMs) {
    this.cluster = cluster;
    this.graceMs = graceMs;
    this.lostAt = -graceMs;
  }

  /** A gateway has told us everything, as that ring has it. False when we see another ring, or do not know the gateway. */
  boolean arrives(NodeId gateway, long byRing) {
    compareRings();
    if (byRing != ring || !cluster.members().contains(gateway))
      return false;
    arrived.add(gateway);
    return true;
  }

  /** Nothing more is to come of any gateway. */
  boolean areComplete() {
    compareRings();
    return arrived.containsAll(cluster.members(Role.GATEWAY));
  }

  /**
   * Goodbyes are kept until all have arrived: they may be about somebody whom another gateway is still to name. Returns of whom it is known at once, when all have, that they have
   * left unless they are there.
   */
  Set<UserId> heard(RoomId room, List<Gone> gone, long now) {
    Set<UserId> parting = gone.stream().filter(Gone::clean).map(Gone::user).collect(Collectors.toSet());
    if (parting.isEmpty())
      return parting;
    if (areComplete())
      return mayComeBack(now) ? Set.of() : parting;
    for (UserId user : parting) {
      if (partings < MAX_PARTED && parted.computeIfAbsent(room, key -> new HashSet<>()).add(user))
        partings++;
    }
    return Set.of();
  }

  /** Who has left that room unless they are there. Nobody for sure while those of a gateway that died may come back. */
  Set<UserId> parted(RoomId room, long now) {
    return mayComeBack(now) ? Set.of() : parted.getOrDefault(room, Set.of());
  }

  /** Somebody may, since a gateway died a short while ago. */
  private boolean mayComeBack(long now) {
    return now - lostAt < graceMs;
  }

  /** All of it has been taken in. */
  void done() {
    parted.clear();
    partings = 0;
  }

  /** The members or a ring have changed. */
  void clusterChanged(long now) {
    Set<NodeId> present = cluster.members(Role.GATEWAY);
    if (!present.containsAll(gateways))
      lostAt = now;
    gateways = Set.copyOf(present);
    arrived.retainAll(present);
    compareRings();
  }

  private void compareRings() {
    long now = cluster.ring(Role.PRESENCE).fingerprint();
    if (now == ring)
      return;
    ring = now;
    arrived.clear();
    done();
  }
}
