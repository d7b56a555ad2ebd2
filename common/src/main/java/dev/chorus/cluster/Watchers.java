package dev.chorus.cluster;

import dev.chorus.model.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which gateways watch which rooms (or streams) of an owner. In memory, on the owner's one context: gateways announce again to the next owner. */
public final class Watchers<K> {
  private final Map<K, Set<NodeId>> byKey = new HashMap<>();
  private final Map<NodeId, Set<K>> byGateway = new HashMap<>();

  /** Repeating it changes nothing. */
  public void watch(NodeId gateway, K key) {
    byKey.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(gateway);
    byGateway.computeIfAbsent(gateway, g -> new LinkedHashSet<>()).add(key);
  }

  public void unwatch(NodeId gateway, K key) {
    remove(byKey, key, gateway);
    remove(byGateway, gateway, key);
  }

  /** The key is no longer ours, or has ended. */
  public void forget(K key) {
    Set<NodeId> gateways = byKey.remove(key);
    if (gateways != null)
      gateways.forEach(gateway -> remove(byGateway, gateway, key));
  }

  /** Keeps only gateways that are still members. Returns those that were dropped. */
  public List<NodeId> retain(Collection<NodeId> members) {
    List<NodeId> gone = byGateway.keySet().stream().filter(gateway -> !members.contains(gateway)).toList();
    for (NodeId gateway : gone) {
      for (K key : byGateway.remove(gateway))
        remove(byKey, key, gateway);
    }
    return gone;
  }

  /** The gateways that watch that key. */
  public Set<NodeId> of(K key) {
    return byKey.getOrDefault(key, Set.of());
  }

  /** What that gateway watches. */
  public Set<K> watchedBy(NodeId gateway) {
    return byGateway.getOrDefault(gateway, Set.of());
  }

  public Set<NodeId> gateways() {
    return byGateway.keySet();
  }

  public Set<K> keys() {
    return byKey.keySet();
  }

  private static <A, B> void remove(Map<A, Set<B>> map, A key, B value) {
    Set<B> values = map.get(key);
    if (values != null && values.remove(value) && values.isEmpty())
      map.remove(key);
  }
}
