package dev.chorus.presence.lastseen;

import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be written of when users were seen: each at most once a minute, in batches. What cannot be written waits, the longest unwritten first, up to a limit. */
final class Ledger {
  static final int MAX_BATCH = 1000;
  private static final long EVERY_MS = 60_000;
  private static final int MAX_WAITING = 100_000;

  /** @param at in milliseconds since the epoch */
  record Sighting(UserId user, long at) {}

  private final Map<UserId, Long> waiting = new LinkedHashMap<>();
  /** Who was written within the last minute, in the order of writing. */
  private final Map<UserId, Long> written = new LinkedHashMap<>();

  /** False when too many wait already: then it is forgotten. */
  boolean saw(UserId user, long at) {
    if (waiting.size() >= MAX_WAITING && !waiting.containsKey(user))
      return false;
    waiting.merge(user, at, Math::max);
    return true;
  }

  /** Removes and returns what may be written now. */
  List<Sighting> batch(long now) {
    forget(now);
    List<Sighting> batch = new ArrayList<>();
    for (Iterator<Map.Entry<UserId, Long>> next = waiting.entrySet().iterator(); next.hasNext() && batch.size() < MAX_BATCH;) {
      Map.Entry<UserId, Long> entry = next.next();
      if (written.containsKey(entry.getKey()))
        continue;
      batch.add(new Sighting(entry.getKey(), entry.getValue()));
      next.remove();
    }
    batch.forEach(sighting -> written.put(sighting.user, now));
    return batch;
  }

  private void forget(long now) {
    for (Iterator<Long> next = written.values().iterator(); next.hasNext() && next.next() <= now - EVERY_MS;)
      next.remove();
  }

  /** A batch could not be written: it waits again. */
  void failed(List<Sighting> batch) {
    for (Sighting sighting : batch) {
      written.remove(sighting.user);
      saw(sighting.user, sighting.at);
    }
  }

  /** Everything that waits, whenever it was written last: the last chance. */
  List<Sighting> rest() {
    Map<UserId, Long> rest = new HashMap<>(waiting);
    waiting.clear();
    return rest.entrySet().stream().map(entry -> new Sighting(entry.getKey(), entry.getValue())).toList();
  }
}
