package dev.chorus.cluster;

import dev.chorus.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which node owns a key: rendezvous hashing (Thaler and Ravishankar, 1998), a pure function of the member list and the key. When a node comes or goes, only the keys that it
 * gains or loses move.
 */
public final class Ring {
  public static final Ring EMPTY = new Ring(List.of());
  private final List<NodeId> nodes;
  private final long[] seeds;

  private Ring(List<NodeId> nodes) {
    this.nodes = nodes;
    this.seeds = nodes.stream().mapToLong(node -> hash(node.value())).toArray();
  }

  public static Ring of(Collection<NodeId> nodes) {
    return new Ring(nodes.stream().sorted().distinct().toList());
  }

  /** The owner of that key; empty when there is no node. */
  public Optional<NodeId> owner(String key) {
    if (nodes.isEmpty())
      return Optional.empty();
    long keyHash = hash(key);
    int best = 0;
    long bestScore = mix(seeds[0] ^ keyHash);
    for (int i = 1; i < seeds.length; i++) {
      long score = mix(seeds[i] ^ keyHash);
      if (Long.compareUnsigned(score, bestScore) > 0) {
        best = i;
        bestScore = score;
      }
    }
    return Optional.of(nodes.get(best));
  }

  public boolean owns(NodeId node, String key) {
    return owner(key).filter(node::equals).isPresent();
  }

  public List<NodeId> nodes() {
    return nodes;
  }

  /** By which two nodes can tell whether they see the same ring. The same on every node, whatever its runtime. */
  public long fingerprint() {
    long fingerprint = nodes.size();
    for (long seed : seeds)
      fingerprint = mix(fingerprint ^ seed);
    return fingerprint;
  }

  /** FNV-1a over UTF-8, 64 bits (draft-eastlake-fnv), then mixed, since its high bits are weak for short keys. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash ^= b & 0xff;
      hash *= 0x100000001b3L;
    }
    return mix(hash);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ring ring && ring.nodes.equals(nodes);
  }

  @Override
  public int hashCode() {
    return nodes.hashCode();
  }
}
