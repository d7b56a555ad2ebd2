package dev.chorus.streaming.generating;

import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.answer.Opened;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Tells the presence owners of rooms which agents generate there: what is new and what has ended soon, and all that runs every two seconds, since owners believe it for five. All
 * of it is a hint: what is lost is said again, and what is not said any more ends by itself.
 */
public final class Thinking {
  private static final long REPEAT_MS = 2000;
  private static final int MAX_BATCH = 1000;
  private final Cluster cluster;
  private final BiConsumer<NodeId, Answering> tell;
  private Set<StreamId> told = Set.of();
  private List<Generation> ended = new ArrayList<>();
  private long repeatAt;

  /** @param tell sends to a presence node what it may miss */
  public Thinking(Cluster cluster, BiConsumer<NodeId, Answering> tell) {
    this.cluster = cluster;
    this.tell = tell;
  }

  /** What presence is told of that stream; empty for one without a room. An agent without a name is called by its model. */
  public static Optional<Generation> of(Opened opened) {
    if (opened.start().room() == null)
      return Optional.empty();
    String agent = opened.start().agentId() == null ? opened.model() : opened.start().agentId();
    return Optional.of(new Generation(opened.start().room(), opened.start().stream(), opened.start().user(), agent));
  }

  /** Its last record is in the log: it never runs again. */
  public void ended(Generation generation) {
    if (ended.size() < MAX_BATCH)
      ended.add(generation);
  }

  /** Many times a second. {@code running} is all that this node generates for rooms. */
  public void look(Collection<Generation> running, long now) {
    boolean repeats = now >= repeatAt;
    if (repeats)
      repeatAt = now + REPEAT_MS;
    Map<NodeId, List<Generation>> begins = byOwner(running.stream().filter(one -> repeats || !told.contains(one.stream())).toList());
    Map<NodeId, List<Generation>> ends = byOwner(ended);
    told = new HashSet<>();
    running.forEach(one -> told.add(one.stream()));
    ended = new ArrayList<>();
    Set<NodeId> owners = new HashSet<>(begins.keySet());
    owners.addAll(ends.keySet());
    owners.forEach(owner -> say(owner, begins.getOrDefault(owner, List.of()), ends.getOrDefault(owner, List.of())));
  }

  private void say(NodeId owner, List<Generation> begins, List<Generation> ends) {
    for (int from = 0; from < Math.max(begins.size(), ends.size()); from += MAX_BATCH)
      tell.accept(owner, new Answering(cluster.self(), part(begins, from), part(ends, from)));
  }

  private static List<Generation> part(List<Generation> all, int from) {
    return List.copyOf(all.subList(Math.min(from, all.size()), Math.min(from + MAX_BATCH, all.size())));
  }

  private Map<NodeId, List<Generation>> byOwner(Collection<Generation> generations) {
    Map<NodeId, List<Generation>> byOwner = new HashMap<>();
    for (Generation generation : generations) {
      cluster.ring(Role.PRESENCE).owner(generation.room().value())
          .ifPresent(owner -> byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(generation));
    }
    return byOwner;
  }
}
