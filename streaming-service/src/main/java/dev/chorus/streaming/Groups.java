package dev.chorus.streaming;

import dev.chorus.streaming.group.Group;
import dev.chorus.streaming.group.Place;
import java.util.HashMap;
import java.util.Map;

/** The groups of which this node runs a stream. */
final class Groups {
  private final Map<String, Group> groups = new HashMap<>();

  /** Null for no place. */
  Group of(Place place) {
    return place == null ? null : groups.computeIfAbsent(place.group(), id -> new Group(place));
  }

  /** Whether another has won the race, perhaps before this one was opened. */
  boolean isBeaten(Place place) {
    // Not of(place): a group that is over must not come back, since nobody would take it away again.
    Group group = place == null ? null : groups.get(place.group());
    return group != null && group.isBeaten(place.index());
  }

  boolean knows(String id) {
    return groups.containsKey(id);
  }

  void ended(Place place) {
    if (place != null && groups.containsKey(place.group()) && groups.get(place.group()).isOver())
      groups.remove(place.group());
  }

  void forget(String id) {
    groups.remove(id);
  }

  void clear() {
    groups.clear();
  }
}
