package dev.chorus.gateway.watch;

import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Typing, cursors and activities on their way to the owners of their rooms, one message per owner and kind: typing at the end of the tick, the others at most every
 * {@value #PAUSE_MS} ms, the latest of each connection and room. All of them are hints: what is lost ends by itself, or the next one says more. What is too much is dropped.
 */
public final class Hints {
  private static final int MAX_BATCH = 5_000;
  private static final long PAUSE_MS = 10;
  private final Vertx vertx;
  private final Tick tick;
  private final Cluster cluster;
  private final PresenceClient presence;
  private final Clock clock;
  private List<Typing> typing = new ArrayList<>();
  private Map<Source, CursorMove> cursors = new LinkedHashMap<>();
  private Map<Source, ActivityChange> activities = new LinkedHashMap<>();
  private boolean planned;
  private long sentAt;

  private record Source(RoomId room, String connection) {}

  public Hints(Vertx vertx, Tick tick, Cluster cluster, PresenceClient presence, Clock clock) {
    this.vertx = vertx;
    this.tick = tick;
    this.cluster = cluster;
    this.presence = presence;
    this.clock = clock;
  }

  public void add(Typing change) {
    if (typing.size() >= MAX_BATCH)
      return;
    if (typing.isEmpty())
      tick.atEnd(this::sendTyping);
    typing.add(change);
  }

  public void add(CursorMove move) {
    put(cursors, new Source(move.room(), move.connection()), move);
  }

  public void add(ActivityChange change) {
    put(activities, new Source(change.room(), change.connection()), change);
  }

  private <T> void put(Map<Source, T> latest, Source source, T hint) {
    if (latest.size() >= MAX_BATCH && !latest.containsKey(source))
      return;
    latest.put(source, hint);
    if (planned)
      return;
    planned = true;
    long rest = sentAt + PAUSE_MS - clock.millis();
    if (rest <= 0 || rest > PAUSE_MS)
      tick.atEnd(this::sendLatest);
    else
      vertx.setTimer(rest, timer -> sendLatest());
  }

  private void sendTyping() {
    List<Typing> changes = typing;
    typing = new ArrayList<>();
    byOwner(changes, Typing::room, (owner, theirs) -> presence.typing(owner, new SetTyping(theirs)));
  }

  private void sendLatest() {
    planned = false;
    sentAt = clock.millis();
    Map<Source, CursorMove> moves = cursors;
    cursors = new LinkedHashMap<>();
    byOwner(moves.values(), CursorMove::room, (owner, theirs) -> presence.cursors(owner, new SetCursors(theirs)));
    Map<Source, ActivityChange> changes = activities;
    activities = new LinkedHashMap<>();
    byOwner(changes.values(), ActivityChange::room, (owner, theirs) -> presence.activities(owner, new SetActivities(theirs)));
  }

  private <T> void byOwner(Collection<T> hints, Function<T, RoomId> room, BiConsumer<NodeId, List<T>> send) {
    if (hints.isEmpty())
      return;
    Ring ring = cluster.ring(Role.PRESENCE);
    Map<NodeId, List<T>> owners = new HashMap<>();
    for (T hint : hints)
      ring.owner(room.apply(hint).value()).ifPresent(owner -> owners.computeIfAbsent(owner, node -> new ArrayList<>()).add(hint));
    owners.forEach(send);
  }
}
