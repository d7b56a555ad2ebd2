package dev.chorus.node;

import dev.chorus.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A guess whether this node is on the smaller side of a split network: of the nodes that were there within the last 15 s, more than half
 * vanished while they served, without having said {@code draining}. It lasts until they are back, or for those 15 s: then whoever is left is
 * the cluster. What a minority commits meanwhile is still right (PostgreSQL numbers it); being unready only keeps new clients away from it.
 */
final class Minority {
  /** Longer than it takes to notice all members that fell silent together. */
  static final long WINDOW_MS = 15_000;
  private final Map<NodeId, Long> lost = new HashMap<>();
  private Set<NodeId> members = Set.of();
  private Set<NodeId> serving = Set.of();

  /** The members, and those of them that serve, after a change. */
  synchronized void observe(Set<NodeId> nowMembers, Set<NodeId> nowServing, long nowMs) {
    for (NodeId node : serving)
      if (!nowMembers.contains(node))
        lost.put(node, nowMs);
    lost.keySet().removeAll(nowMembers);
    members = Set.copyOf(nowMembers);
    serving = Set.copyOf(nowServing);
  }

  synchronized boolean holds(long nowMs) {
    lost.values().removeIf(at -> nowMs - at >= WINDOW_MS);
    return lost.size() > members.size();
  }
}
