package dev.chorus.presence.roster;

import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Who types in a room, in the order in which it expires. */
final class Typists {
  /** Indicators of one user at once, with all agents; more are ignored. */
  private static final int MAX_PER_USER = 8;

  private record Key(UserId user, String agentId) {}

  private record Indicator(String connection, long expiresAt) {}

  private final Map<Key, Indicator> typing = new LinkedHashMap<>();
  private final Map<UserId, Integer> perUser = new LinkedHashMap<>();

  /** Starts or goes on; false when the user has too many already. */
  boolean start(UserId user, String agentId, String connection, long expiresAt) {
    Key key = new Key(user, agentId);
    if (typing.remove(key) == null) {
      if (perUser.getOrDefault(user, 0) >= MAX_PER_USER)
        return false;
      perUser.merge(user, 1, Integer::sum);
    }
    typing.put(key, new Indicator(connection, expiresAt));
    return true;
  }

  List<Effect> stop(UserId user, String agentId) {
    Key key = new Key(user, agentId);
    return typing.containsKey(key) ? stopAll(key::equals, indicator -> true) : List.of();
  }

  /** The user types no more, through whatever connection. */
  List<Effect> stop(UserId user) {
    return perUser.containsKey(user) ? stopAll(key -> key.user.equals(user), indicator -> true) : List.of();
  }

  /** What was typed through that connection has ended with it. */
  List<Effect> ended(UserId user, String connection) {
    return perUser.containsKey(user)
        ? stopAll(key -> key.user.equals(user), indicator -> connection.equals(indicator.connection))
        : List.of();
  }

  List<Effect> expire(long now) {
    OptionalLong next = nextExpiry();
    return next.isPresent() && next.getAsLong() <= now ? stopAll(key -> true, indicator -> indicator.expiresAt <= now) : List.of();
  }

  OptionalLong nextExpiry() {
    return typing.isEmpty() ? OptionalLong.empty() : OptionalLong.of(typing.values().iterator().next().expiresAt);
  }

  private List<Effect> stopAll(Predicate<Key> who, Predicate<Indicator> which) {
    List<Effect> stopped = new ArrayList<>();
    for (Iterator<Map.Entry<Key, Indicator>> all = typing.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Key, Indicator> entry = all.next();
      if (!who.test(entry.getKey()) || !which.test(entry.getValue()))
        continue;
      all.remove();
      perUser.computeIfPresent(entry.getKey().user, (user, count) -> count == 1 ? null : count - 1);
      stopped.add(new Effect.TypingStopped(entry.getKey().user, entry.getKey().agentId));
    }
    return stopped;
  }
}
