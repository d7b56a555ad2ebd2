package dev.chorus.delivery.lane;

import dev.chorus.delivery.lane.Outcome.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the SQL functions promise, in memory: all of a batch or nothing, repeats recognised, numbers without gaps. */
final class ModelLog {
  /** A draft whose content is this cannot be stored. */
  static final String BAD = "bad";
  private final Map<Draft.Key, Stored> stored = new HashMap<>();
  private final Map<String, List<Draft.Key>> rooms = new HashMap<>();

  boolean refusesDataOf(Batch batch) {
    return batch.drafts().stream().anyMatch(draft -> ((dev.chorus.protocol.ClientFrame.Send) draft.append().entry()).content().equals(BAD));
  }

  boolean declines(Batch batch) {
    Set<Draft.Key> keys = new HashSet<>(stored.keySet());
    return !batch.careful() && !batch.drafts().stream().allMatch(draft -> keys.add(draft.key()));
  }

  List<Outcome> append(Batch batch) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Draft draft : batch.drafts()) {
      Stored known = stored.get(draft.key());
      if (known == null) {
        List<Draft.Key> room = rooms.computeIfAbsent(draft.room(), key -> new ArrayList<>());
        room.add(draft.key());
        known = new Stored(draft.messageId(), room.size(), 0, false);
        stored.put(draft.key(), known);
      }
      outcomes.add(new Stored(known.messageId(), known.seq(), 0, !known.messageId().equals(draft.messageId())));
    }
    return outcomes;
  }

  boolean holds(Draft draft) {
    Stored known = stored.get(draft.key());
    return known != null && known.messageId().equals(draft.messageId());
  }

  int size(String room) {
    return rooms.getOrDefault(room, List.of()).size();
  }
}
