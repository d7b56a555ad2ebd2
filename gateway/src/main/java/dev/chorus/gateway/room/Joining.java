package dev.chorus.gateway.room;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.Owners;
import dev.chorus.gateway.stream.Arrivals;
import dev.chorus.gateway.stream.Arrivals.Arrival;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.node.Deadline;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame.Join;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Joins connections to rooms. The room is watched before its head is noted, so that whatever is committed after comes live and whatever was committed before is in the log.
 * Presence is asked last and waited for shortly: from its answer on the reader hears every change of the roster.
 */
public final class Joining {
  private static final long WATCH_MS = 4_000;
  private final Vertx vertx;
  private final Rooms rooms;
  private final DeliveryClient delivery;
  private final Streams streams;
  private final Clock clock;
  private final int replayMax;
  private final long presenceMs;
  private final Arrivals arrivals = new Arrivals();

  /**
   * @param replayMax entries that are sent again; a reader that missed more begins at the head
   * @param patience with presence
   */
  public Joining(Vertx vertx, Rooms rooms, DeliveryClient delivery, Streams streams, Clock clock, int replayMax, Duration patience) {
    this.vertx = vertx;
    this.rooms = rooms;
    this.delivery = delivery;
    this.streams = streams;
    this.clock = clock;
    this.replayMax = replayMax;
    this.presenceMs = patience.toMillis();
  }

  /**
   * A join that succeeded. Nothing of the room has been sent yet.
   *
   * @param ack null when nobody asked for one
   * @param begin to be run when the ack has been sent: entries, marker and live follow
   */
  public record Joined(Ack.Joined ack, Reader reader, Runnable begin) {}

  /** Clients that name no epoch take it for the same. */
  public static Predicate<String> sameEpoch(Join frame) {
    return epoch -> frame.epoch() == null || frame.epoch().equals(epoch);
  }

  private record Replay(boolean recovered, LogPage first) {}

  private static final Replay NONE = new Replay(false, null);

  /**
   * @param reader of the same connection from an earlier join, or null
   * @param sameLog whether the room's epoch is that of the log in which the client was
   * @return failures are refusals; then the connection is where it was before
   */
  public Future<Joined> join(Occupant occupant, Reader reader, Join frame, Predicate<String> sameLog) {
    return through(frame.room(), occupant, room -> prepare(room, occupant)
        .compose(member -> replay(room, frame, member, sameLog)
            .compose(replay -> enter(room, occupant, reader, frame).map(entered -> joined(room, entered, frame, member, replay)))));
  }

  /**
   * Joins to give the connection what waits for its user there: everything above {@code after}, however much, then the marker.
   *
   * @param reader of the same connection from an earlier join, or null
   * @return the reader; {@code waiting} has ended when it fails
   */
  public Future<Joined> drain(Occupant occupant, Reader reader, RoomId id, long after, RoomDrain waiting) {
    return through(id, occupant, room -> prepare(room, occupant).compose(member -> enter(room, occupant, reader, as -> {}).map(entered -> {
      long head = Math.max(member.head(), room.position());
      return new Joined(null, entered, () -> entered.drain(after, head, waiting));
    })));
  }

  /** The user is no member of the room any more: who is on the way into it does not arrive. */
  public void removed(RoomId room, UserId user) {
    arrivals.bar(room, user);
  }

  /** The room is held until the join has ended, and the membership must not have ended meanwhile. */
  private Future<Joined> through(RoomId id, Occupant occupant, Function<Room, Future<Joined>> join) {
    Room room = rooms.hold(id);
    Arrival arrival = arrivals.begin(id, occupant.principal().user());
    return join.apply(room).compose(joined -> {
      if (!arrival.isBarred())
        return Future.succeededFuture(joined);
      rooms.leave(joined.reader(), true);
      return Future.<Joined>failedFuture(Refusal.of(ErrorCode.NOT_MEMBER, "Your membership of this room has just been ended."));
    }).onComplete(done -> {
      arrivals.end(arrival);
      room.release(clock.millis());
    });
  }

  /** The room is watched here, and the user is its member. */
  private Future<JoinedRoom> prepare(Room room, Occupant occupant) {
    Future<JoinedRoom> member = delivery.join(new JoinRoom(room.id, occupant.principal().user()));
    Future<Void> watched = Deadline.within(vertx, WATCH_MS, room.watched())
        .recover(late -> Future.failedFuture(Owners.unavailable().refusal()));
    Future<List<Ack.RunningStream>> running = streams.roomJoined(room.id).otherwise(List.of());
    return Future.all(member, watched, running).map(all -> member.result());
  }

  /** What a reader that says where it was can be given: the first page is read before the answer, since it tells whether the log still has it. */
  private Future<Replay> replay(Room room, Join frame, JoinedRoom joined, Predicate<String> sameLog) {
    long head = Math.max(joined.head(), room.position());
    Long after = frame.after();
    if (after == null || !sameLog.test(joined.epoch()) || after > head || head - after > replayMax)
      return Future.succeededFuture(NONE);
    if (after == head)
      return Future.succeededFuture(new Replay(true, null));
    return rooms.log().read(room.id, after, RoomLog.PAGE).map(page -> page.oldest() > after + 1 ? NONE : new Replay(true, page));
  }

  /** As this join says. */
  private Future<Reader> enter(Room room, Occupant occupant, Reader earlier, Join frame) {
    return enter(room, occupant, earlier, reader -> {
      // What an earlier join or the client in general said holds, but for a join that says otherwise.
      if (frame.hidden() || earlier != null)
        reader.hidden(frame.hidden(), clock.millis());
      reader.acks = frame.acks();
    });
  }

  private Future<Reader> enter(Room room, Occupant occupant, Reader earlier, Consumer<Reader> said) {
    if (occupant.socket().isClosing())
      return Future.failedFuture(Owners.unavailable().refusal());
    Reader reader = earlier == null ? rooms.reader(room, occupant) : earlier;
    said.accept(reader);
    return entered(room, reader);
  }

  /** When presence takes too long, the participants follow as those who join. */
  private Future<Reader> entered(Room room, Reader reader) {
    room.add(reader);
    rooms.entered(reader);
    return Deadline.within(vertx, presenceMs, rooms.roster().joined(room.id, reader.here()))
        .transform(result -> Future.succeededFuture(reader));
  }

  /** The participants are those whom everybody here is shown. */
  private Joined joined(Room room, Reader reader, Join frame, JoinedRoom joined, Replay replay) {
    long head = Math.max(joined.head(), room.position());
    Ack.Joined ack = new Ack.Joined(room.id, joined.epoch(), head, joined.deliveredSeq(), joined.readSeq(), joined.unread(),
        replay.recovered(), room.roster.json(), room.roster.version(), streams.running(room.id));
    boolean goesOn = frame.after() == null && reader.hasBegun();
    return new Joined(ack, reader, () -> {
      if (goesOn)
        return;
      reader.begin(replay.recovered() ? frame.after() : head, head, frame.after() != null, replay.first());
      room.roster.countBeyond().forEach(count -> reader.socket().send(EphemeralFrames.envelope(count)));
    });
  }
}
