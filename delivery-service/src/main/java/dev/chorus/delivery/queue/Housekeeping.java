package dev.chorus.delivery.queue;

import dev.chorus.delivery.query.Reads;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done in the background, in small batches and on one node at a time: queues that are too long or too old are swept, and messages older than the retention are removed.
 */
public final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  /** Of the advisory lock: any number that nothing else in the database uses. */
  private static final long LOCK = 0x63686f7275735f64L;
  private static final int USERS = 50;
  private static final int ROOMS = 20;
  private static final int ENTRIES = 500;
  private static final String QUEUES = """
      SELECT m.user_id, sum(greatest(0, r.head - delivery.waiting_from(m)))::bigint AS waiting,
        bool_or(CASE WHEN r.head > delivery.waiting_from(m) THEN $2 > (SELECT c.created_at FROM delivery.chat_messages c
          WHERE c.session_id = m.room AND c.seq > delivery.waiting_from(m) ORDER BY c.seq LIMIT 1) END) AS old
      FROM delivery.room_members m JOIN delivery.rooms r ON r.room = m.room
      WHERE m.user_id > $1 GROUP BY m.user_id ORDER BY m.user_id LIMIT $3""";
  private static final String NEXT_ROOMS = "SELECT room FROM delivery.rooms WHERE room > $1 ORDER BY room LIMIT $2";
  private static final String RETIRE = "SELECT delivery.retire($1, $2, $3)";
  private final Reads reads;
  private final Clock clock;
  private final QueueLimits limits;
  private final Duration retention;
  private final Sweep sweep;
  private final Pace pace;
  private boolean underWay;

  /** @param retention of messages; zero: for ever */
  public Housekeeping(Reads reads, Clock clock, QueueLimits limits, Duration retention, Sweep sweep, Pace pace) {
    this.reads = reads;
    this.clock = clock;
    this.limits = limits;
    this.retention = retention;
    this.sweep = sweep;
    this.pace = pace;
  }

  /** One round; nothing while one is under way, here or on another node. */
  public Future<Void> round() {
    if (underWay)
      return Future.succeededFuture();
    underWay = true;
    return reads.<Void>alone(LOCK, () -> queues("").compose(done -> retention.isZero() ? Future.succeededFuture() : retire("")))
        .onFailure(cause -> LOG.atWarn().setCause(cause).log("Housekeeping was interrupted; it goes on in the next round."))
        .onComplete(done -> underWay = false);
  }

  private Future<Void> queues(String after) {
    return pace.part(() -> reads.run(QUEUES, after, clock.instant().minus(limits.age()).atOffset(ZoneOffset.UTC), USERS)).compose(rows -> {
      List<UserId> full = new ArrayList<>();
      String last = null;
      for (Row row : rows) {
        last = row.getString(0);
        if (row.getLong(1) > limits.messages() || Boolean.TRUE.equals(row.getBoolean(2)))
          full.add(new UserId(last));
      }
      String next = last;
      return each(full, 0).compose(done -> rows.size() < USERS ? Future.succeededFuture() : queues(next));
    });
  }

  private Future<Void> each(List<UserId> users, int place) {
    if (place == users.size())
      return Future.succeededFuture();
    UserId user = users.get(place);
    return sweep.user(user, pace).otherwise(cause -> {
      // Those behind are not to wait for one whose queue cannot be swept.
      LOG.atWarn().addKeyValue("user", user.value()).setCause(cause).log("A queue was not swept; it is tried again in the next round.");
      return null;
    }).compose(done -> each(users, place + 1));
  }

  private Future<Void> retire(String after) {
    return reads.run(NEXT_ROOMS, after, ROOMS).compose(rows -> {
      if (rows.size() == 0)
        return Future.succeededFuture();
      List<String> rooms = new ArrayList<>(rows.size());
      rows.forEach(row -> rooms.add(row.getString(0)));
      return retire(rooms).compose(done -> retire(rooms.getLast()));
    });
  }

  private Future<Void> retire(List<String> rooms) {
    return pace
        .part(() -> reads.run(RETIRE, rooms.toArray(String[]::new), clock.instant().minus(retention).atOffset(ZoneOffset.UTC), ENTRIES))
        .compose(rows -> rows.iterator().next().getLong(0) == 0 ? Future.succeededFuture() : retire(rooms));
  }
}
