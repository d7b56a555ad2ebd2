package dev.chorus.delivery.log;

import dev.chorus.bus.DeliveryMessage.HistoryPage;
import dev.chorus.bus.DeliveryMessage.LogPage;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.DeliveryMessage.ReadLog;
import dev.chorus.delivery.query.Reads;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of a room's log. One statement reads head and entries, so they belong together. A page holds at most about 1 MiB of content, at least one entry: a caller that gets
 * fewer entries than it asked for goes on from the last.
 */
public final class LogReader {
  private static final int MAX_ROWS = 1000;
  private static final int MAX_BYTES = 1 << 20;
  /** $1 room, $2 after, $3 limit, $4 bytes: sizes are summed before the texts themselves are read. */
  private static final String UPWARD = """
      SELECT r.epoch, r.head, true AS may,
        (SELECT o.seq FROM delivery.chat_messages o WHERE o.session_id = r.room ORDER BY o.seq LIMIT 1) AS oldest, m.*
      FROM delivery.rooms r LEFT JOIN LATERAL (
        SELECT %s FROM (
          SELECT p.*, sum(octet_length(p.content)) OVER (ORDER BY p.seq) - octet_length(p.content) AS before FROM (
            SELECT * FROM delivery.chat_messages c WHERE c.session_id = r.room AND c.seq > $2 ORDER BY c.seq LIMIT $3) p) m
        WHERE m.before < $4) m ON true
      WHERE r.room = $1 ORDER BY m.seq""".formatted(Entries.COLUMNS);
  /** $1 room, $2 before, $3 limit, $4 bytes, $5 user, $6 admin. */
  private static final String DOWNWARD = """
      SELECT r.head, ($6 OR EXISTS (SELECT FROM delivery.room_members b WHERE b.room = r.room AND b.user_id = $5)) AS may,
        (SELECT o.seq FROM delivery.chat_messages o WHERE o.session_id = r.room ORDER BY o.seq LIMIT 1) AS oldest, m.*
      FROM delivery.rooms r LEFT JOIN LATERAL (
        SELECT %s FROM (
          SELECT p.*, sum(octet_length(p.content)) OVER (ORDER BY p.seq DESC) - octet_length(p.content) AS before FROM (
            SELECT * FROM delivery.chat_messages c WHERE c.session_id = r.room AND c.seq < $2 ORDER BY c.seq DESC LIMIT $3) p) m
        WHERE m.before < $4) m ON true
      WHERE r.room = $1 ORDER BY m.seq""".formatted(Entries.COLUMNS);
  private static final String MEMBER = "SELECT FROM delivery.room_members WHERE room = $1 AND user_id = $2";
  private final Reads reads;

  public LogReader(Reads reads) {
    this.reads = reads;
  }

  /** The entries above a position; an unknown room has no epoch and no entries. */
  public Future<LogPage> read(ReadLog request) {
    RoomId room = request.room();
    return reads.run(UPWARD, room.value(), request.after(), rows(request.limit()), MAX_BYTES).map(result -> {
      if (result.size() == 0)
        return new LogPage(room, null, request.after(), List.of(), 0, 1);
      Row first = result.iterator().next();
      long head = first.getLong("head");
      long after = first.getLong("seq") == null ? request.after() : first.getLong("seq") - 1;
      return new LogPage(room, first.getString("epoch"), after, entries(room, result), head, oldest(first, head));
    });
  }

  /** A page of history. A room that does not exist is {@code not_member} for a user and {@code not_found} for an admin. */
  public Future<HistoryPage> history(ReadHistory request) {
    return request.after() != null ? upward(request) : downward(request);
  }

  private Future<HistoryPage> downward(ReadHistory request) {
    long before = request.before() == null ? Long.MAX_VALUE : request.before();
    return reads.run(DOWNWARD, request.room().value(), before, rows(request.limit()), MAX_BYTES, request.user().value(), request.admin())
        .map(result -> {
          if (result.size() == 0)
            throw unknown(request);
          Row first = result.iterator().next();
          if (!first.getBoolean("may"))
            throw stranger();
          long head = first.getLong("head");
          return new HistoryPage(entries(request.room(), result), head,
              first.getLong("seq") != null && first.getLong("seq") > oldest(first, head));
        });
  }

  private Future<HistoryPage> upward(ReadHistory request) {
    Future<Boolean> may = request.admin()
        ? Future.succeededFuture(true)
        : reads.run(MEMBER, request.room().value(), request.user().value()).map(found -> found.size() > 0);
    return may.compose(allowed -> {
      if (!allowed)
        return Future.failedFuture(stranger());
      return read(new ReadLog(request.room(), request.after(), request.limit())).map(page -> {
        if (page.epoch() == null)
          throw unknown(request);
        return new HistoryPage(page.entries(), page.head(),
            !page.entries().isEmpty() && page.after() + page.entries().size() < page.head());
      });
    });
  }

  private static int rows(int limit) {
    return Math.clamp(limit, 1, MAX_ROWS);
  }

  private static long oldest(Row row, long head) {
    Long oldest = row.getLong("oldest");
    return oldest == null ? head + 1 : oldest;
  }

  private static List<byte[]> entries(RoomId room, RowSet<Row> rows) {
    List<byte[]> entries = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (row.getLong("seq") != null)
        entries.add(Entries.of(room, row));
    }
    return entries;
  }

  private static Refusal unknown(ReadHistory request) {
    return request.admin() ? Refusal.of(ErrorCode.NOT_FOUND, "There is no such room.") : stranger();
  }

  private static Refusal stranger() {
    return Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room can read its history; join it first.");
  }
}
