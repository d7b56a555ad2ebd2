package dev.chorus.gateway.connection;

import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The streams that one connection follows, at most {@value #MAX}, and the projects. */
final class StreamViews {
  static final int MAX = 1_000;
  private Map<StreamId, StreamView> views = Map.of();
  /** Streams of rooms that this connection started and that are to end with it. */
  private Set<StreamId> endWithUs = Set.of();
  /** Few connections follow any. */
  private ProjectViews projects;

  /** False when there are too many. A stream that is followed already is followed anew. */
  boolean add(StreamView view) {
    if (views.size() >= MAX && !views.containsKey(view.stream()))
      return false;
    if (views.isEmpty())
      views = new HashMap<>(2);
    StreamView before = views.put(view.stream(), view);
    if (before != null && before != view)
      before.detach();
    return true;
  }

  void remove(StreamView view) {
    if (!views.isEmpty())
      views.remove(view.stream(), view);
    if (!endWithUs.isEmpty())
      endWithUs.remove(view.stream());
  }

  Optional<StreamView> find(StreamId stream) {
    return Optional.ofNullable(views.get(stream));
  }

  void leave(RoomId room) {
    for (StreamView view : all()) {
      if (view.stream().room().filter(room::equals).isPresent()) {
        views.remove(view.stream());
        view.detach();
      }
    }
  }

  /** The client may not see that room's streams any more, and is told so of each that it follows. */
  void bar(RoomId room, Problem why) {
    for (StreamView view : all()) {
      if (view.stream().room().filter(room::equals).isPresent()) {
        view.detach();
        view.lost(why);
      }
    }
  }

  /** The rooms of the streams that it follows. */
  Set<RoomId> rooms() {
    return all().stream().flatMap(view -> view.stream().room().stream()).collect(Collectors.toSet());
  }

  /** Whether it may follow that one too. */
  boolean takes(StreamId stream) {
    return views.size() < MAX || views.containsKey(stream);
  }

  void endWithUs(StreamId stream) {
    if (endWithUs.isEmpty())
      endWithUs = new HashSet<>(2);
    endWithUs.add(stream);
  }

  Set<StreamId> endingWithUs() {
    return endWithUs;
  }

  ProjectViews projects(Connection connection, Desk desk) {
    if (projects == null)
      projects = new ProjectViews(connection, desk);
    return projects;
  }

  /** The client can take more. */
  void drained() {
    all().forEach(StreamView::drained);
    if (projects != null)
      projects.drained();
  }

  /** The connection is gone. */
  void closed() {
    all().forEach(StreamView::gone);
    if (projects != null)
      projects.closed();
  }

  /** A copy, for callers that change them. */
  List<StreamView> all() {
    return views.isEmpty() ? List.of() : new ArrayList<>(views.values());
  }
}
