package dev.chorus.presence.lastseen;

import dev.chorus.model.UserId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who may know when users were last seen, of those users whose choice was read from the database: the ones that were asked for lately, up to a limit. */
final class Choices {
  private static final int MAX = 100_000;
  private final Map<UserId, Boolean> known;

  Choices() {
    this(MAX);
  }

  Choices(int max) {
    known = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<UserId, Boolean> eldest) {
        return size() > max;
      }
    };
  }

  /** Everyone may know; false also for a user of whom nothing is known here. */
  boolean isShared(UserId user) {
    return known.getOrDefault(user, false);
  }

  List<UserId> unknown(Collection<UserId> users) {
    return users.stream().distinct().filter(user -> !known.containsKey(user)).toList();
  }

  void read(UserId user, boolean everyone) {
    known.put(user, everyone);
  }

  /** A choice was made somewhere. True when it is news about a user who is known here. */
  boolean changed(UserId user, boolean everyone) {
    Boolean before = known.replace(user, everyone);
    return before != null && before != everyone;
  }
}
