package dev.chorus.presence.typing;

import dev.chorus.bus.PresenceMessage.Generation;
import dev.chorus.model.NodeId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The answers that agents generate in a room, by the word of the nodes that run their streams. One of which nothing is heard for a lease has ended; one that has ended never
 * begins again, however late a word of it comes.
 */
public final class Answers {
  private static final long LEASE_MS = 5000;
  private static final long REMEMBERED_MS = 120_000;
  private static final int MAX_REMEMBERED = 1024;
  private static final int MAX_RUNNING = 1024;

  private record Running(NodeId node, Generation generation, long until) {}

  private final long lifetimeMs;
  /** In the order in which their leases end. */
  private final Map<StreamId, Running> running = new LinkedHashMap<>();
  private final Map<StreamId, Long> ended = new LinkedHashMap<>();
  private long renewedAt;

  /** @param lifetimeMs of a typing indicator: while an answer runs, clients are told anew before it is over */
  public Answers(long lifetimeMs) {
    this.lifetimeMs = lifetimeMs;
  }

  /** A node runs that stream. True when that is news. */
  public boolean runs(NodeId node, Generation generation, long now) {
    if (ended.containsKey(generation.stream()))
      return false;
    boolean isNew = running.remove(generation.stream()) == null;
    if (isNew && running.size() >= MAX_RUNNING)
      return false;
    if (isNew && running.isEmpty())
      renewedAt = now;
    running.put(generation.stream(), new Running(node, generation, now + LEASE_MS));
    return isNew;
  }

  /** That stream has ended. Returns it if it ran, by our knowledge. */
  public List<Generation> end(StreamId stream, long now) {
    ended.values().removeIf(at -> at <= now - REMEMBERED_MS);
    if (ended.size() >= MAX_REMEMBERED)
      ended.remove(ended.keySet().iterator().next());
    ended.put(stream, now);
    Running was = running.remove(stream);
    return was == null ? List.of() : List.of(was.generation);
  }

  /** Streams of nodes that are no more have ended with them, as far as anybody here can see: a node that takes them over says so. */
  public List<Generation> lost(Predicate<NodeId> gone) {
    return drop(one -> gone.test(one.node));
  }

  /** That user hides: what agents generate for them counts as not running, until it is said again when they are seen. */
  public List<Generation> hide(UserId user) {
    return drop(one -> one.generation.user().equals(user));
  }

  /** Ends the leases that are over. */
  public List<Generation> expire(long now) {
    return nextExpiry() <= now ? drop(one -> one.until <= now) : List.of();
  }

  private List<Generation> drop(Predicate<Running> which) {
    List<Generation> dropped = new ArrayList<>();
    running.values().removeIf(one -> {
      boolean drop = which.test(one);
      if (drop)
        dropped.add(one.generation);
      return drop;
    });
    return dropped;
  }

  /** What clients are to be told anew, when it is time. */
  public List<Indication> renew(long now) {
    if (nextRenewal() > now)
      return List.of();
    renewedAt = now;
    return running.values().stream().map(one -> one.generation)
        .<Indication>map(one -> new Indication.Started(one.user(), one.agentId(), now + lifetimeMs)).distinct().toList();
  }

  private long nextRenewal() {
    return running.isEmpty() ? Agenda.NEVER : renewedAt + Math.max(1, lifetimeMs * 2 / 3);
  }

  private long nextExpiry() {
    return running.isEmpty() ? Agenda.NEVER : running.values().iterator().next().until;
  }

  /** When {@link #renew} or {@link #expire} is due, or {@link Agenda#NEVER}. */
  public long due() {
    return Math.min(nextRenewal(), nextExpiry());
  }

  /** Whether that agent generates something for that user. */
  public boolean types(UserId user, String agentId) {
    return running.values().stream().anyMatch(one -> one.generation.user().equals(user) && one.generation.agentId().equals(agentId));
  }

  /** Every answer that runs. */
  public List<Generation> all() {
    return running.values().stream().map(Running::generation).toList();
  }
}
