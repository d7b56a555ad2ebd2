package dev.chorus.gateway.stream;

import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The feeds by their stream and by their room, and which streams were shown before and then dropped: an owner that hung and woke up may speak of them once more. */
final class FeedTable {
  private static final int MAX_REMEMBERED = 4096;
  private final Map<StreamId, Feed> byStream = new HashMap<>();
  private final Map<RoomId, Map<StreamId, Feed>> byRoom = new HashMap<>();

  private final Set<StreamId> shownBefore = Collections.newSetFromMap(new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<StreamId, Boolean> eldest) {
      return size() > MAX_REMEMBERED;
    }
  });

  Optional<Feed> find(StreamId stream) {
    return Optional.ofNullable(byStream.get(stream));
  }

  boolean holds(Feed feed) {
    return byStream.get(feed.stream()) == feed;
  }

  Feed add(Feed feed) {
    if (shownBefore.contains(feed.stream()))
      feed.shown();
    byStream.put(feed.stream(), feed);
    if (feed.room() != null)
      byRoom.computeIfAbsent(feed.room(), room -> new LinkedHashMap<>()).put(feed.stream(), feed);
    return feed;
  }

  /** Whether it was there. */
  boolean remove(Feed feed) {
    if (!byStream.remove(feed.stream(), feed))
      return false;
    if (feed.isShown())
      shownBefore.add(feed.stream());
    if (feed.room() != null) {
      byRoom.computeIfPresent(feed.room(), (room, feeds) -> {
        feeds.remove(feed.stream());
        return feeds.isEmpty() ? null : feeds;
      });
    }
    return true;
  }

  /** As they are now; it may be changed while these are walked through. */
  List<Feed> all() {
    return List.copyOf(byStream.values());
  }

  Collection<Feed> of(RoomId room) {
    return byRoom.getOrDefault(room, Map.of()).values();
  }
}
