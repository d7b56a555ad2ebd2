package dev.chorus.gateway.stream;

import dev.chorus.bus.Owners;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.bus.StreamingMessage.WatchStreams;
import dev.chorus.bus.StreamingMessage.WatchedStreams;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Ring;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps the streaming owners told of what this gateway wants: one message per owner and tick, again to the new owner when the ring changes, again when an owner was silent.
 * On the gateway's context only.
 */
final class StreamWatch {
  private static final int MAX_BATCH = 1000;
  /** Two digests missed. */
  private static final long SILENCE_MS = 11_000;
  private final Vertx vertx;
  private final NodeId self;
  private final Cluster cluster;
  private final StreamingClient streaming;
  private final Consumer<List<StreamHead>> heads;
  private final BiConsumer<RoomId, Set<StreamId>> watched;
  private final Map<String, Interest> interests = new HashMap<>();
  private final Set<Interest> untold = new HashSet<>();
  private final Map<NodeId, Batch> withdrawn = new HashMap<>();
  private final Map<NodeId, Long> heard = new HashMap<>();
  private boolean flushing;

  /**
   * @param heads hears what owners answer: the running streams of rooms, and streams in any state
   * @param watched hears that an owner has begun to tell of a room, and of which streams it has told just now: what ended there before, it does not tell
   */
  StreamWatch(Vertx vertx, NodeId self, Cluster cluster, StreamingClient streaming, Consumer<List<StreamHead>> heads,
      BiConsumer<RoomId, Set<StreamId>> watched) {
    this.vertx = vertx;
    this.self = self;
    this.cluster = cluster;
    this.streaming = streaming;
    this.heads = heads;
    this.watched = watched;
  }

  /** Records of all streams of the room from now on. The future is done when its owner has first said which ones run. */
  Future<Void> room(RoomId room) {
    return want("room " + room, () -> new Interest(room.value(), room, null));
  }

  /** Records of that stream from now on. */
  Future<Void> stream(StreamId stream) {
    return want("stream " + stream, () -> new Interest(stream.key(), null, stream));
  }

  /** The owner watches that stream for this gateway since it was asked to start it. */
  void startedBy(StreamId stream) {
    Interest interest = new Interest(stream.key(), null, stream);
    interest.owner = cluster.ring(Role.STREAMING).owner(interest.key).orElse(null);
    interest.told.complete();
    if (interests.putIfAbsent("stream " + stream, interest) == null && interest.owner == null)
      tell(interest);
  }

  void forget(RoomId room) {
    withdraw("room " + room);
  }

  void forget(StreamId stream) {
    withdraw("stream " + stream);
  }

  /** It has ended: its owner says nothing more of it, and hears that it is not wanted with whatever is to be told next. */
  void over(StreamId stream) {
    drop("stream " + stream);
  }

  /** Tells owners what has waited for that. */
  void tick() {
    if (!withdrawn.isEmpty())
      soon();
  }

  private Future<Void> want(String name, Supplier<Interest> made) {
    Interest known = interests.get(name);
    if (known != null)
      return known.told.future();
    Interest interest = made.get();
    interests.put(name, interest);
    tell(interest);
    return interest.told.future();
  }

  private void withdraw(String name) {
    if (drop(name))
      soon();
  }

  /** Whether its owner is to hear of it. */
  private boolean drop(String name) {
    Interest interest = interests.remove(name);
    if (interest == null)
      return false;
    interest.wanted = false;
    untold.remove(interest);
    interest.told.tryComplete();
    if (interest.owner == null)
      return false;
    withdrawn.computeIfAbsent(interest.owner, owner -> new Batch()).add(interest);
    return true;
  }

  private void tell(Interest interest) {
    interest.owner = null;
    untold.add(interest);
    soon();
  }

  /** Tells the new owner of everything that has moved. */
  void ringChanged() {
    Ring ring = cluster.ring(Role.STREAMING);
    for (Interest interest : interests.values()) {
      Optional<NodeId> owner = ring.owner(interest.key);
      if (interest.owner != null && !owner.equals(Optional.of(interest.owner)))
        tell(interest);
    }
    heard.keySet().retainAll(ring.nodes());
    withdrawn.keySet().retainAll(cluster.members());
    if (!untold.isEmpty())
      soon();
  }

  /** A digest came from that owner. */
  void heard(NodeId owner, long now) {
    heard.put(owner, now);
  }

  /** Tells every owner again: their answers say how far all is that this gateway watches. */
  void remindAll() {
    for (Interest interest : interests.values()) {
      if (interest.owner != null)
        tell(interest);
    }
  }

  /** Tells owners again that should have sent a digest and did not: they may have forgotten this gateway during a partition. */
  void remindSilent(long now) {
    for (Interest interest : interests.values()) {
      if (interest.owner != null && now - heard.computeIfAbsent(interest.owner, owner -> now) > SILENCE_MS)
        tell(interest);
    }
    heard.values().removeIf(at -> now - at > SILENCE_MS);
  }

  private void soon() {
    if (flushing)
      return;
    flushing = true;
    vertx.runOnContext(tick -> flush());
  }

  private void later() {
    if (flushing)
      return;
    flushing = true;
    vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> flush());
  }

  private void flush() {
    flushing = false;
    Map<NodeId, Batch> batches = new HashMap<>();
    Ring ring = cluster.ring(Role.STREAMING);
    for (Interest interest : List.copyOf(untold)) {
      Optional<NodeId> owner = ring.owner(interest.key);
      if (owner.isEmpty())
        continue;
      Batch batch = batches.computeIfAbsent(owner.get(), node -> new Batch());
      if (batch.interests.size() >= MAX_BATCH)
        continue;
      batch.add(interest);
      untold.remove(interest);
      interest.owner = owner.get();
    }
    batches.forEach((owner, batch) -> announce(owner, batch, withdrawn.remove(owner)));
    withdrawn.forEach((owner, batch) -> announce(owner, new Batch(), batch));
    withdrawn.clear();
    if (!untold.isEmpty())
      later();
  }

  private void announce(NodeId owner, Batch wanted, Batch unwanted) {
    Batch gone = unwanted == null ? new Batch() : unwanted;
    streaming.watch(owner, new WatchStreams(self, wanted.rooms, wanted.streams, gone.rooms, gone.streams))
        .onSuccess(answer -> told(owner, wanted, answer))
        .onFailure(failure -> wanted.interests.forEach(interest -> again(owner, interest)));
  }

  private void told(NodeId owner, Batch wanted, WatchedStreams answer) {
    Set<Object> moved = new HashSet<>(answer.movedRooms());
    moved.addAll(answer.movedStreams());
    heads.accept(answer.heads());
    Set<StreamId> said = answer.heads().stream().map(StreamHead::stream).collect(Collectors.toSet());
    for (Interest interest : wanted.interests) {
      if (moved.contains(interest.room == null ? interest.stream : interest.room))
        again(owner, interest);
      else {
        interest.told.tryComplete();
        if (interest.room != null)
          watched.accept(interest.room, said);
      }
    }
  }

  private void again(NodeId owner, Interest interest) {
    if (!owner.equals(interest.owner) || !interest.wanted)
      return;
    interest.owner = null;
    untold.add(interest);
    later();
  }

  /** One room or one stream, and whom it was announced to. */
  private static final class Interest {
    final String key;
    final RoomId room;
    final StreamId stream;
    final Promise<Void> told = Promise.promise();
    NodeId owner;
    boolean wanted = true;

    Interest(String key, RoomId room, StreamId stream) {
      this.key = key;
      this.room = room;
      this.stream = stream;
    }
  }

  private static final class Batch {
    final List<Interest> interests = new ArrayList<>();
    final List<RoomId> rooms = new ArrayList<>();
    final List<StreamId> streams = new ArrayList<>();

    void add(Interest interest) {
      interests.add(interest);
      if (interest.room != null)
        rooms.add(interest.room);
      else
        streams.add(interest.stream);
    }
  }
}
