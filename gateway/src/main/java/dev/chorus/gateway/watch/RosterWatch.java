package dev.chorus.gateway.watch;

import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the presence owners who is connected here: changes while an owner knows the room, everything when it does not, so that a lost announcement costs a repeat and never a
 * wrong roster. On the gateway's context only.
 */
public final class RosterWatch {
  private static final int TURNS = 5;
  /** About so many at most are named in one message, so that a new owner can do other things between: it takes 17 µs for each when warm, and several times that when it has just started. */
  private static final int MAX_PEOPLE = 400;
  private final Cluster cluster;
  private final PresenceClient presence;
  private final Present present;
  private final OwnerBatches batches;
  private final ComingOver comingOver;
  private final Map<RoomId, Unsaid> unsaid = new HashMap<>();
  /** Who knows all of the room but what is unsaid. */
  private final Map<RoomId, NodeId> told = new HashMap<>();

  private int turn;
  /** What is being said to whom. */
  private final Map<NodeId, Map<RoomId, Unsaid>> underWay = new HashMap<>();

  /** Who is connected to this gateway's rooms. */
  public interface Present {
    List<Here> here(RoomId room);

    /** The highest version of the room's roster that was shown to anybody here. */
    long shownVersion(RoomId room);

    /** Whom the room's clients here are shown. */
    List<Presence> shown(RoomId room);

    /** What the room's clients here are to be shown now. */
    void snapshot(RoomRoster roster);

    /** An owner that did not know the room now knows who is in it here, but not what they do. */
    void cameOver(RoomId room);

    /** By {@link dev.chorus.cluster.RosterHash}. */
    long hash(RoomId room);

    /** Whether anybody is in the room here. */
    boolean isOccupied(RoomId room);
  }

  /** What the owner of a room has yet to hear. */
  private static final class Unsaid {
    final Map<String, Here> here = new HashMap<>();
    final Map<String, Gone> gone = new HashMap<>();
    final List<Promise<Void>> waiting = new ArrayList<>(1);
    boolean full;
  }

  public RosterWatch(Vertx vertx, Tick tick, Cluster cluster, PresenceClient presence, Present present) {
    this.cluster = cluster;
    this.presence = presence;
    this.present = present;
    this.comingOver = new ComingOver(vertx, presence, cluster.self());
    this.batches = new OwnerBatches(vertx, tick, () -> cluster.ring(Role.PRESENCE), this::send);
  }

  /**
   * A connection is in the room; it must be among those {@link Present#here}. Done when the owner knows it and its answer has gone to {@link Present#snapshot}; it may be long in
   * coming.
   */
  public Future<Void> joined(RoomId room, Here here) {
    Promise<Void> known = Promise.promise();
    say(room, here).waiting.add(known);
    return known.future();
  }

  /** What others see of a connection has changed, or it is in the room now. */
  public void changed(RoomId room, Here here) {
    say(room, here);
  }

  private Unsaid say(RoomId room, Here here) {
    Unsaid news = news(room);
    news.gone.remove(here.connection());
    news.here.put(here.connection(), here);
    batches.add(room);
    return news;
  }

  /** Whether that node speaks for the room. Nobody does while it is being told. */
  public boolean hears(RoomId room, NodeId owner) {
    return owner == null || owner.equals(told.get(room));
  }

  /** A connection is in the room no more; it must no longer be among those {@link Present#here}. */
  public void left(RoomId room, Gone gone) {
    Unsaid news = news(room);
    news.here.remove(gone.connection());
    news.gone.put(gone.connection(), gone);
    batches.add(room);
  }

  /** Rooms that have moved are announced to their new owners, in full. */
  public void ringChanged() {
    Ring ring = cluster.ring(Role.PRESENCE);
    told.entrySet().removeIf(entry -> {
      boolean moved = !ring.owner(entry.getKey().value()).equals(Optional.of(entry.getValue()));
      if (moved)
        inFull(entry.getKey());
      return moved;
    });
    Set<RoomId> untold = new HashSet<>(unsaid.keySet());
    underWay.forEach((owner, said) -> said.forEach((room, news) -> {
      untold.add(room);
      if (!ring.owner(room.value()).equals(Optional.of(owner))) {
        inFull(room);
        goodbyes(news, news(room));
      }
    }));
    comingOver.begin(ring, untold);
  }

  /** Every second: owners compare what they know with what is here, of a fifth of the rooms at a time, since what is here is read from all who are. */
  public void compare() {
    turn = (turn + 1) % TURNS;
    Map<NodeId, List<RoomDigest>> digests = new HashMap<>();
    told.forEach((room, owner) -> {
      if (Math.floorMod(room.hashCode(), TURNS) == turn && present.isOccupied(room) && !unsaid.containsKey(room)) {
        digests.computeIfAbsent(owner, node -> new ArrayList<>()).add(new RoomDigest(room, present.hash(room), present.shownVersion(room)));
      }
    });
    digests.forEach((owner, hashes) -> presence.digest(owner, new Digest(cluster.self(), hashes))
        .onSuccess(differ -> differ.rooms().stream().filter(present::isOccupied).forEach(this::inFull)));
  }

  /** Says everything of the room again; the answer is what its clients are to see. */
  public void inFull(RoomId room) {
    news(room).full = true;
    batches.add(room);
  }

  private Unsaid news(RoomId room) {
    return unsaid.computeIfAbsent(room, r -> new Unsaid());
  }

  private void send(NodeId owner, List<RoomId> rooms) {
    Map<RoomId, Unsaid> said = new HashMap<>();
    List<RoomPresence> announced = new ArrayList<>(rooms.size());
    int people = 0;
    for (RoomId room : rooms) {
      if (people >= MAX_PEOPLE) {
        batches.add(room);
        continue;
      }
      Unsaid news = unsaid.remove(room);
      if (news == null)
        continue;
      said.put(room, news);
      boolean full = news.full || !owner.equals(told.get(room));
      List<Here> here = full ? present.here(room) : List.copyOf(news.here.values());
      List<Presence> shown = owner.equals(told.get(room)) ? List.of() : present.shown(room);
      people += here.size() + shown.size();
      announced.add(new RoomPresence(room, present.shownVersion(room), full, present.isOccupied(room), here,
          List.copyOf(news.gone.values()), shown));
    }
    if (announced.isEmpty()) {
      batches.done(owner);
      return;
    }
    underWay.put(owner, said);
    presence.announce(owner, new Announce(cluster.self(), announced)).onComplete(result -> {
      underWay.remove(owner);
      batches.done(owner);
      if (result.succeeded())
        answered(owner, said, result.result());
      else
        again(said);
    });
  }

  private void answered(NodeId owner, Map<RoomId, Unsaid> said, Announced answer) {
    Ring ring = cluster.ring(Role.PRESENCE);
    Map<RoomId, Unsaid> moved = new HashMap<>();
    Set<RoomId> known = new HashSet<>();
    said.forEach((room, news) -> {
      // Of rooms that we have left there is no roster.
      if (owner.equals(told.remove(room)))
        known.add(room);
      // An owner that has yet to see that it is none any more answers as one.
      if (!ring.owner(room.value()).equals(Optional.of(owner)))
        moved.put(room, news);
    });
    for (RoomRoster roster : answer.rosters()) {
      Unsaid news = said.get(roster.room());
      if (news == null)
        continue;
      if (roster.moved() || moved.containsKey(roster.room())) {
        moved.put(roster.room(), news);
        continue;
      }
      told.put(roster.room(), owner);
      present.snapshot(roster);
      if (!known.contains(roster.room()))
        present.cameOver(roster.room());
      news.waiting.forEach(Promise::tryComplete);
    }
    said.keySet().stream().filter(room -> !moved.containsKey(room)).forEach(room -> comingOver.heard(owner, room));
    again(moved);
  }

  /** What an owner did not hear is said again, with everything else, so that it does not matter what of it had arrived. */
  private void again(Map<RoomId, Unsaid> failed) {
    failed.forEach((room, news) -> {
      told.remove(room);
      Unsaid newer = news(room);
      newer.full = true;
      goodbyes(news, newer);
      newer.waiting.addAll(news.waiting);
    });
    batches.addLater(List.copyOf(failed.keySet()));
  }

  /** Who leaves while an owner goes is not to be shown to the next one as somebody of whom nobody knows: it hears of it with the first that it hears of the room. */
  private static void goodbyes(Unsaid news, Unsaid newer) {
    news.gone.forEach((connection, gone) -> {
      if (!newer.here.containsKey(connection))
        newer.gone.putIfAbsent(connection, gone);
    });
  }
}
