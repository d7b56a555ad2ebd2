package dev.chorus.cluster;

import dev.chorus.model.NodeId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What this node knows of the members: who is there (from the cluster's membership) and what each last said of itself (from the members). Rings hold those that are both there
 * and serving. It may be told from any thread; what it says of a node is forgotten when the node leaves.
 */
public final class MemberTable implements Cluster {
  private record Entry(Set<Role> roles, MemberState state) {}

  private final NodeId self;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<NodeId, Entry> entries = new HashMap<>();
  private volatile Set<NodeId> members;
  private volatile Map<Role, Ring> rings = Map.of();
  private volatile Map<Role, Set<NodeId>> byRole = Map.of();

  public MemberTable(NodeId self, Set<Role> roles) {
    this.self = self;
    entries.put(self, new Entry(Set.copyOf(roles), MemberState.STARTING));
    this.members = Set.of(self);
    this.byRole = byRole();
  }

  /** A member is in the list. Its roles are known from then on, its state not before it says so. */
  public void joined(NodeId node, Set<Role> roles) {
    change(() -> entries.putIfAbsent(node, new Entry(Set.copyOf(roles), MemberState.STARTING)));
  }

  /** A member is no longer in the list. */
  public void left(NodeId node) {
    if (!node.equals(self))
      change(() -> entries.remove(node));
  }

  /** What a member, or this node, says of itself. Of nodes that are not in the list nothing is kept: the digest repeats it when they are. */
  public void says(NodeId node, MemberState state) {
    change(() -> entries.computeIfPresent(node, (key, entry) -> new Entry(entry.roles, state)));
  }

  private void change(Runnable what) {
    boolean changed;
    synchronized (this) {
      Map<NodeId, Entry> before = Map.copyOf(entries);
      what.run();
      changed = !before.equals(entries);
      if (changed) {
        Map<Role, Ring> next = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
          next.put(role, Ring.of(
              entries.entrySet().stream().filter(e -> e.getValue().state == MemberState.SERVING && e.getValue().roles.contains(role))
                  .map(Map.Entry::getKey).toList()));
        }
        rings = next;
        members = Set.copyOf(entries.keySet());
        byRole = byRole();
      }
    }
    if (changed)
      listeners.forEach(Runnable::run);
  }

  private Map<Role, Set<NodeId>> byRole() {
    Map<Role, Set<NodeId>> nodes = new EnumMap<>(Role.class);
    entries.forEach((node, entry) -> entry.roles.forEach(role -> nodes.computeIfAbsent(role, r -> new HashSet<>()).add(node)));
    return nodes;
  }

  /** What this node last said of itself. */
  public synchronized MemberState ownState() {
    return entries.get(self).state;
  }

  /** Whether the member has said that it serves, or did until it began to drain: so it answers at its addresses. */
  public synchronized boolean serves(NodeId node) {
    Entry entry = entries.get(node);
    return entry != null && entry.state != MemberState.STARTING;
  }

  /** The roles of a member; empty if it is not in the list. */
  public synchronized Set<Role> roles(NodeId node) {
    Entry entry = entries.get(node);
    return entry == null ? Set.of() : entry.roles;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public Ring ring(Role role) {
    return rings.getOrDefault(role, Ring.EMPTY);
  }

  @Override
  public Set<NodeId> members() {
    return members;
  }

  @Override
  public Set<NodeId> members(Role role) {
    return Collections.unmodifiableSet(byRole.getOrDefault(role, Set.of()));
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
