package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.gateway.catchup.CatchUp;
import dev.chorus.gateway.catchup.Step;
import dev.chorus.gateway.socket.Socket;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A room with somebody in it here. Its log is fed once, whoever reads it: a gap is read once for all. What came in a tick goes to all readers as one list, so that it is encoded
 * once.
 */
final class Room {
  final RoomId id;
  final Tick tick;
  final ShownRoster roster;
  private final RoomLog log;
  private final List<Reader> readers = new ArrayList<>(2);
  /** Those without a socket. */
  final Map<UserId, Visitor> visitors = new HashMap<>(0);
  private final Promise<Void> watched = Promise.promise();
  /** Null until the owner has said where the log ends. */
  private CatchUp<byte[]> feed;
  /** The last entry that came before that: it may be one that the owner's answer, read a moment earlier, does not know yet. */
  private long early;
  private List<byte[]> batch;
  private long batchPrev;
  /** Joins under way. */
  private int holds;
  private long emptySince;

  Room(RoomId id, Tick tick, RoomLog log) {
    this.id = id;
    this.tick = tick;
    this.log = log;
    this.roster = new ShownRoster(id);
  }

  /** Done when the owner sends what happens from now on. */
  Future<Void> watched() {
    return watched.future();
  }

  /** The last entry that the readers are being given. */
  long position() {
    return feed == null ? -1 : feed.position();
  }

  List<Reader> readers() {
    return readers;
  }

  void add(Reader reader) {
    if (reader.index >= 0)
      return;
    reader.index = readers.size();
    readers.add(reader);
  }

  void remove(Reader reader, long now) {
    if (reader.index < 0)
      return;
    Reader last = readers.removeLast();
    if (last != reader) {
      readers.set(reader.index, last);
      last.index = reader.index;
    }
    reader.index = -1;
    emptySince = now;
    if (!isOccupied())
      roster.forget();
  }

  /** By {@link dev.chorus.cluster.RosterHash}. */
  long hash() {
    return here().stream().mapToLong(Here::hash).sum();
  }

  /** All connections that are in the room here. */
  List<Here> here() {
    return Stream.concat(readers.stream().map(Reader::here), visitors.values().stream().map(Visitor::here)).toList();
  }

  /** Anybody is in the room here. */
  boolean isOccupied() {
    return !readers.isEmpty() || !visitors.isEmpty();
  }

  void hold() {
    holds++;
  }

  void release(long now) {
    holds--;
    emptySince = now;
  }

  /** Nobody has been here for that long. */
  boolean isAbandoned(long now, long lingerMs) {
    return readers.isEmpty() && holds == 0 && now - emptySince >= lingerMs;
  }

  /** The log goes up to {@code head}, says its owner or a digest. */
  void head(long head) {
    if (feed == null) {
      feed = new CatchUp<>(head);
      perform(feed.start(Math.max(head, early)));
    } else {
      perform(feed.head(head));
    }
  }

  void fanOut(long prev, List<byte[]> entries) {
    if (feed == null)
      early = Math.max(early, prev + entries.size());
    else
      perform(feed.live(prev, entries));
  }

  private void perform(List<Step<byte[]>> steps) {
    for (Step<byte[]> step : steps) {
      switch (step) {
        case Step.Deliver<byte[]> deliver -> collect(deliver.prev(), deliver.entries());
        case Step.Marker<byte[]> marker -> watched.tryComplete();
        case Step.Read<byte[]> read -> log.read(() -> log.read(id, read.after(), RoomLog.PAGE), read.later(),
            page -> page(page, read.after()), () -> perform(feed.failed(read.after())));
      }
    }
  }

  private void page(LogPage page, long after) {
    perform(feed.page(after, page.entries(), page.head()));
  }

  private void collect(long prev, List<byte[]> entries) {
    if (batch == null) {
      batch = entries;
      batchPrev = prev;
      tick.atEnd(this::distribute);
    } else {
      // The first list is not ours to change; most ticks bring only one.
      if (!(batch instanceof Gathered))
        batch = new Gathered(batch);
      batch.addAll(entries);
    }
  }

  /** A batch of several fan-outs. */
  private static final class Gathered extends ArrayList<byte[]> {
    private static final long serialVersionUID = 1L;

    Gathered(List<byte[]> first) {
      super(first);
    }
  }

  private void distribute() {
    List<byte[]> entries = batch;
    batch = null;
    boolean alone = readers.size() == 1;
    // A reader may leave, or others be moved to its place, only between ticks: writing does not call back.
    for (Reader reader : readers)
      reader.live(batchPrev, entries, alone);
  }

  /** Shows an ephemeral event to everybody, unless it is older than what they have. False when an event before it was lost. */
  boolean ephemeral(RoomEphemeral event) {
    if (event.version() == null) {
      EphemeralFrames.of(event).show(readers);
      return true;
    }
    ShownRoster.Taken taken = roster.take(event);
    taken.show().forEach(shown -> EphemeralFrames.of(shown).show(readers));
    return !taken.gap();
  }

  /** Shows marks that have moved to all but those whose they are. Marks only grow, so a client that is full hears more with the next. */
  void receipts(RoomEphemeral event) {
    EphemeralFrames.of(event).show(readers, (reader, frames) -> {
      if (!reader.socket().isFull())
        reader.socket().share(frames);
    });
  }

  /** Something for everybody that has no place in the log. */
  void notice(byte[] envelope) {
    List<byte[]> one = List.of(envelope);
    readers.forEach(reader -> reader.notice(one));
  }

  /** A message that was not acknowledged, once more for the user's connections that acknowledge. */
  void redeliver(UserId user, byte[] envelope) {
    List<byte[]> one = List.of(envelope);
    for (Reader reader : readers) {
      if (reader.acks && reader.user().equals(user))
        reader.notice(one);
    }
  }

  /** Which of these users are connected here, and whether any of their connections acknowledges. */
  Map<UserId, Boolean> connected(Predicate<UserId> these) {
    Map<UserId, Boolean> users = new LinkedHashMap<>();
    for (Reader reader : readers) {
      if (these.test(reader.user()))
        users.merge(reader.user(), reader.acks, Boolean::logicalOr);
    }
    return users;
  }

  /** What everybody is to see now: what of it they do not see yet is shown. */
  void reconcile(RoomRoster snapshot) {
    roster.reconcile(snapshot).forEach(shown -> EphemeralFrames.of(shown).show(readers));
  }
}
