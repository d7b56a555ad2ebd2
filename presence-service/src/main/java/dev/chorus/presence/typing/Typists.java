package dev.chorus.presence.typing;

import dev.chorus.model.UserId;
import dev.chorus.presence.agenda.Agenda;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Who types in a room by their client's word, in the order in which it expires. */
public final class Typists {
  /** Indicators of one user at once, with all agents; more are ignored. */
  private static final int MAX_PER_USER = 8;

  private record Key(UserId user, String agentId) {}

  private record Indicator(String connection, long expiresAt) {}

  private final long lifetimeMs;
  private final Map<Key, Indicator> typing = new LinkedHashMap<>();
  private final Map<UserId, Integer> perUser = new HashMap<>();

  /** @param lifetimeMs how long after the last sign of it typing ends by itself */
  public Typists(long lifetimeMs) {
    this.lifetimeMs = lifetimeMs;
  }

  /** Starts or goes on; nothing when the user has too many already. */
  public List<Indication> start(UserId user, String agentId, String connection, long now) {
    Key key = new Key(user, agentId);
    if (typing.remove(key) == null) {
      if (perUser.getOrDefault(user, 0) >= MAX_PER_USER)
        return List.of();
      perUser.merge(user, 1, Integer::sum);
    }
    typing.put(key, new Indicator(connection, now + lifetimeMs));
    return List.of(new Indication.Started(user, agentId, now + lifetimeMs));
  }

  public List<Indication> stop(UserId user, String agentId) {
    Key key = new Key(user, agentId);
    return typing.containsKey(key) ? stopAll(key::equals, indicator -> true) : List.of();
  }

  /** The user types no more, through whatever connection. */
  public List<Indication> stop(UserId user) {
    return perUser.containsKey(user) ? stopAll(key -> key.user.equals(user), indicator -> true) : List.of();
  }

  /** What was typed through that connection has ended with it. */
  public List<Indication> ended(UserId user, String connection) {
    return perUser.containsKey(user)
        ? stopAll(key -> key.user.equals(user), indicator -> connection.equals(indicator.connection))
        : List.of();
  }

  public List<Indication> expire(long now) {
    return nextExpiry() <= now ? stopAll(key -> true, indicator -> indicator.expiresAt <= now) : List.of();
  }

  /** When {@link #expire} is due, or {@link Agenda#NEVER}. */
  public long nextExpiry() {
    return typing.isEmpty() ? Agenda.NEVER : typing.values().iterator().next().expiresAt;
  }

  public boolean types(UserId user, String agentId) {
    return typing.containsKey(new Key(user, agentId));
  }

  /** Everybody who types. */
  public List<Indication.Started> all() {
    return typing.entrySet().stream()
        .map(entry -> new Indication.Started(entry.getKey().user, entry.getKey().agentId, entry.getValue().expiresAt)).toList();
  }

  private List<Indication> stopAll(Predicate<Key> who, Predicate<Indicator> which) {
    List<Indication> stopped = new ArrayList<>();
    for (Iterator<Map.Entry<Key, Indicator>> all = typing.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Key, Indicator> entry = all.next();
      if (!who.test(entry.getKey()) || !which.test(entry.getValue()))
        continue;
      all.remove();
      perUser.computeIfPresent(entry.getKey().user, (user, count) -> count == 1 ? null : count - 1);
      stopped.add(new Indication.Stopped(entry.getKey().user, entry.getKey().agentId));
    }
    return stopped;
  }
}
