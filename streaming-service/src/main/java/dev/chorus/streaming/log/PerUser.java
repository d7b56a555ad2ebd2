package dev.chorus.streaming.log;

import dev.chorus.model.UserId;
import java.util.HashMap;
import java.util.Map;

/** How many of something each user has here. It is asked at every start, so that nothing is counted through then. */
public final class PerUser {
  private final Map<UserId, Integer> counts = new HashMap<>();

  /** One more. */
  public void add(UserId user) {
    counts.merge(user, 1, Integer::sum);
  }

  /** One less. */
  public void remove(UserId user) {
    counts.computeIfPresent(user, (key, count) -> count == 1 ? null : count - 1);
  }

  /** How many. */
  public int of(UserId user) {
    return counts.getOrDefault(user, 0);
  }

  /** Nobody has any more. */
  public void clear() {
    counts.clear();
  }
}
