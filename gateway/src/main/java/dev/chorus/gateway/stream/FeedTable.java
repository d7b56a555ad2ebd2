package dev.chorus.gateway.stream;

import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The feeds by their stream and by their room. */
final class FeedTable {
  private final Map<StreamId, Feed> byStream = new HashMap<>();
  private final Map<RoomId, Map<StreamId, Feed>> byRoom = new HashMap<>();

  Optional<Feed> find(StreamId stream) {
    return Optional.ofNullable(byStream.get(stream));
  }

  boolean holds(Feed feed) {
    return byStream.get(feed.stream()) == feed;
  }

  Feed add(Feed feed) {
    byStream.put(feed.stream(), feed);
    if (feed.room() != null)
      byRoom.computeIfAbsent(feed.room(), room -> new LinkedHashMap<>()).put(feed.stream(), feed);
    return feed;
  }

  /** Whether it was there. */
  boolean remove(Feed feed) {
    if (!byStream.remove(feed.stream(), feed))
      return false;
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
