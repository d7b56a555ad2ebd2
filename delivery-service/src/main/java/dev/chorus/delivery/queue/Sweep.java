package dev.chorus.delivery.queue;

import dev.chorus.bus.GatewayMessage.UserNotice;
import dev.chorus.bus.QueueMessage.Place;
import dev.chorus.delivery.figures.Figures;
import dev.chorus.delivery.log.MessageId;
import dev.chorus.delivery.query.Reads;
import dev.chorus.delivery.watch.Fanout;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.MessageStatus;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drops what is too much or too old of what waits for a user, and tells the senders. Who is connected to a room is not swept there: their messages do not wait, they only were
 * not acked.
 */
public final class Sweep {
  private static final int MOST = 10_000;
  private static final int ROUNDS = 100;
  private static final String DROPPABLE = "SELECT room, seq, id, sender, priority, reason FROM delivery.droppable($1, $2, $3) LIMIT $4";
  private static final String DROP = "SELECT delivery.drop_waiting($1, $2, $3, $4, $5, $6, $7)";
  private final Reads reads;
  private final Clock clock;
  private final QueueLimits limits;
  private final Whereabouts whereabouts;
  private final Fanout fanout;
  private final Figures figures;

  public Sweep(Reads reads, Clock clock, QueueLimits limits, Whereabouts whereabouts, Fanout fanout, Figures figures) {
    this.reads = reads;
    this.clock = clock;
    this.limits = limits;
    this.whereabouts = whereabouts;
    this.fanout = fanout;
    this.figures = figures;
  }

  private record Waiting(RoomId room, long seq, String id, UserId sender, short priority, String reason) {}

  /** What is dropped together. */
  private record Drop(RoomId room, short priority, String reason) {
    static final Comparator<Map.Entry<Drop, List<Waiting>>> ORDER = Comparator
        .comparing((Map.Entry<Drop, List<Waiting>> entry) -> entry.getKey().room().value())
        .thenComparing(entry -> entry.getKey().priority())
        .thenComparing(entry -> entry.getValue().getLast().seq());
  }

  /** Drops what is above the limits. */
  public Future<Void> user(UserId user) {
    return round(user, ROUNDS);
  }

  private Future<Void> round(UserId user, int left) {
    OffsetDateTime cutoff = clock.instant().minus(limits.age()).atOffset(ZoneOffset.UTC);
    return reads.run(DROPPABLE, user.value(), (long) limits.messages(), cutoff, MOST).compose(rows -> {
      if (rows.size() == 0)
        return Future.succeededFuture();
      List<Waiting> found = found(rows, null);
      List<Place> places = found.stream().map(one -> new Place(one.room(), user)).distinct().toList();
      return whereabouts.connected(places).map(connected -> elsewhere(found, user, connected)).compose(list -> drop(user, list))
          .compose(dropped -> dropped > 0 && left > 0 ? round(user, left - 1) : Future.succeededFuture());
    });
  }

  private static List<Waiting> elsewhere(List<Waiting> found, UserId user, Set<Place> connected) {
    return found.stream().filter(one -> !connected.contains(new Place(one.room(), user))).toList();
  }

  /** Drops all that waits, since the user wants it so. */
  public Future<Void> all(UserId user) {
    return reads.run(DROPPABLE, user.value(), 0L, Instant.EPOCH.atOffset(ZoneOffset.UTC), MOST)
        .compose(rows -> drop(user, found(rows, "dropped")).compose(dropped -> dropped > 0 ? all(user) : Future.succeededFuture()));
  }

  private static List<Waiting> found(RowSet<Row> rows, String reason) {
    List<Waiting> found = new ArrayList<>(rows.size());
    for (Row row : rows)
      found.add(new Waiting(new RoomId(row.getString(0)), row.getLong(1), row.getString(2), new UserId(row.getString(3)), row.getShort(4),
          reason == null ? row.getString(5) : reason));
    return found;
  }

  /** Returns how many were dropped by this call, and not by another before it. */
  private Future<Integer> drop(UserId user, List<Waiting> all) {
    if (all.isEmpty())
      return Future.succeededFuture(0);
    Map<Drop, List<Waiting>> groups = new LinkedHashMap<>();
    all.forEach(one -> groups.computeIfAbsent(new Drop(one.room(), one.priority(), one.reason()), key -> new ArrayList<>()).add(one));
    List<Map.Entry<Drop, List<Waiting>>> drops = groups.entrySet().stream().sorted(Drop.ORDER).toList();
    Instant now = clock.instant();
    return reads.run(DROP, user.value(), drops.stream().map(drop -> drop.getKey().room().value()).toArray(String[]::new),
        drops.stream().map(drop -> drop.getKey().priority()).toArray(Short[]::new),
        drops.stream().map(drop -> drop.getValue().getLast().seq()).toArray(Long[]::new),
        drops.stream().map(drop -> (long) drop.getValue().size()).toArray(Long[]::new),
        drops.stream().map(drop -> drop.getKey().reason()).toArray(String[]::new), now.atOffset(ZoneOffset.UTC)).map(rows -> {
          List<UserNotice> notices = new ArrayList<>();
          int place = 0;
          for (Row row : rows) {
            long before = row.getLong(0);
            drops.get(place++).getValue().stream().filter(one -> one.seq() > before).forEach(one -> {
              figures.failed(one.sender(), 1);
              notices.add(notice(user, one, now.toEpochMilli()));
            });
          }
          fanout.users(notices);
          return notices.size();
        });
  }

  private static UserNotice notice(UserId user, Waiting one, long at) {
    MessageStatus status = new MessageStatus(new MessageId(one.id(), one.seq()).toString(), one.seq(), user, "FAILED", one.reason(), at);
    return new UserNotice(one.sender(), EventCodec.event(status, one.room(), null));
  }
}
