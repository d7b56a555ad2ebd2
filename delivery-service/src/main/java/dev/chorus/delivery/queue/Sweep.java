package dev.chorus.delivery.queue;

import dev.chorus.bus.QueueMessage.Place;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Drops what is too much or too old of what waits for a user. Who is connected to a room is not swept there: their messages do not wait, they only were not acked. No statement
 * looks at more than the oldest messages of a few rooms, however far somebody is behind.
 */
public final class Sweep {
  private static final int PAGE = 5_000;
  private static final int PAGES = 200;
  /** What survives in some rooms is no more than may wait in all: so many are looked at in addition. */
  private static final int ROOMS = 10;
  private static final String BEHIND = """
      SELECT m.room, r.head - delivery.waiting_from(m), CASE WHEN r.head > delivery.waiting_from(m) THEN $2 > (
        SELECT c.created_at FROM delivery.chat_messages c WHERE c.session_id = m.room AND c.seq > delivery.waiting_from(m) ORDER BY c.seq LIMIT 1) END
      FROM delivery.room_members m JOIN delivery.rooms r ON r.room = m.room WHERE m.user_id = $1 AND r.head > m.delivered_seq ORDER BY m.room""";
  private static final String DROPPABLE = "SELECT room, seq, id, sender, priority, reason FROM delivery.droppable_in($1, $2, $3, $4) LIMIT $5";
  private final Reads reads;
  private final Clock clock;
  private final QueueLimits limits;
  private final Whereabouts whereabouts;
  private final Drops drops;

  private Sweep(Reads reads, Clock clock, QueueLimits limits, Whereabouts whereabouts, Drops drops) {
    this.reads = reads;
    this.clock = clock;
    this.limits = limits;
    this.whereabouts = whereabouts;
    this.drops = drops;
  }

  public static Sweep of(Reads reads, Clock clock, QueueLimits limits, Whereabouts whereabouts, Fanout fanout, Figures figures) {
    return new Sweep(reads, clock, limits, whereabouts, new Drops(reads, clock, fanout, figures));
  }

  /**
   * A room with entries above the user's mark.
   *
   * @param entries that may wait there, at most
   * @param old whether the first of them is too old
   */
  private record Behind(RoomId room, long entries, boolean old) {}

  /** Drops what is above the limits. */
  public Future<Void> user(UserId user, Pace pace) {
    return pace.part(() -> behind(user)).compose(behind -> {
      if (!isTooMuch(behind))
        return Future.succeededFuture();
      return whereabouts.connected(behind.stream().map(one -> new Place(one.room(), user)).toList()).compose(connected -> {
        List<Behind> away = away(behind, user, connected);
        return isTooMuch(away) ? growing(user, names(away), ROOMS, pace) : Future.succeededFuture();
      });
    });
  }

  private Future<List<Behind>> behind(UserId user) {
    return reads.run(BEHIND, user.value(), cutoff()).map(rows -> {
      List<Behind> behind = new ArrayList<>(rows.size());
      for (Row row : rows)
        behind.add(new Behind(new RoomId(row.getString(0)), row.getLong(1), Boolean.TRUE.equals(row.getBoolean(2))));
      return behind;
    });
  }

  private boolean isTooMuch(List<Behind> behind) {
    return behind.stream().mapToLong(Behind::entries).sum() > limits.messages() || behind.stream().anyMatch(Behind::old);
  }

  private static List<Behind> away(List<Behind> behind, UserId user, Set<Place> connected) {
    return behind.stream().filter(one -> !connected.contains(new Place(one.room(), user))).toList();
  }

  private static String[] names(List<Behind> behind) {
    return behind.stream().map(one -> one.room().value()).toArray(String[]::new);
  }

  private OffsetDateTime cutoff() {
    return clock.instant().minus(limits.age()).atOffset(ZoneOffset.UTC);
  }

  /** The first rooms, then with them some more, until all are looked at together. */
  private Future<Void> growing(UserId user, String[] rooms, int count, Pace pace) {
    String[] some = Arrays.copyOf(rooms, Math.min(rooms.length, count));
    return pages(user, some, limits.messages(), cutoff(), null, PAGES, pace)
        .compose(done -> some.length == rooms.length ? Future.succeededFuture() : growing(user, rooms, count + ROOMS, pace));
  }

  /** Drops all that waits, since the user wants it so. */
  public Future<Void> all(UserId user) {
    return behind(user)
        .compose(behind -> pages(user, names(behind), 0, Instant.EPOCH.atOffset(ZoneOffset.UTC), "dropped", Integer.MAX_VALUE,
            Pace.atOnce()));
  }

  private Future<Void> pages(UserId user, String[] rooms, long most, OffsetDateTime cutoff, String reason, int left, Pace pace) {
    return pace
        .part(() -> reads.run(DROPPABLE, user.value(), rooms, most, cutoff, PAGE).compose(rows -> drops.drop(user, found(rows, reason))))
        .compose(dropped -> drops.tell(dropped, pace).map(dropped.messages().isEmpty()))
        .compose(done -> done || left <= 1 ? Future.succeededFuture() : pages(user, rooms, most, cutoff, reason, left - 1, pace));
  }

  private static List<Waiting> found(RowSet<Row> rows, String reason) {
    List<Waiting> found = new ArrayList<>(rows.size());
    for (Row row : rows)
      found.add(new Waiting(new RoomId(row.getString(0)), row.getLong(1), row.getString(2), new UserId(row.getString(3)), row.getShort(4),
          reason == null ? row.getString(5) : reason));
    return found;
  }
}
