package dev.chorus.delivery.queue;

import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.ReadWaiting;
import dev.chorus.bus.QueueMessage.WaitingEntry;
import dev.chorus.bus.QueueMessage.WaitingPage;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.delivery.log.Entries;
import dev.chorus.delivery.query.Reads;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;

/** What waits for a user, read from PostgreSQL: there is no queue but the log above the delivered marks. */
public final class Queue {
  private static final int MAX_ROWS = 1000;
  private static final int MAX_BYTES = 1 << 20;
  private static final String ROOMS = "SELECT room, epoch, head, delivered_seq, high, normal, low, dropped FROM delivery.waiting_rooms($1)";
  /** $1 room, $2 user, $3 after, $4 limit, $5 bytes. */
  private static final String PAGE = """
      SELECT r.head, b.user_id IS NOT NULL AS member, m.*
      FROM delivery.rooms r LEFT JOIN delivery.room_members b ON b.room = r.room AND b.user_id = $2
      LEFT JOIN LATERAL (
        SELECT %s, m.message FROM (
          SELECT c.*, sum(octet_length(c.content)) OVER (ORDER BY c.seq) - octet_length(c.content) AS before FROM (
            SELECT p.*, delivery.is_for(b, p) AS message FROM delivery.waiting_entries(b, $3, r.head, $4) p) c) m
        WHERE m.before < $5) m ON true
      WHERE r.room = $1 ORDER BY m.seq""".formatted(Entries.COLUMNS);
  private final Reads reads;
  private final Sweep sweep;

  public Queue(Reads reads, Sweep sweep) {
    this.reads = reads;
    this.sweep = sweep;
  }

  /** The rooms in which something waits, those with high priority first. What is too much or too old is dropped before. */
  public Future<WaitingQueue> read(ReadQueue request) {
    return sweep.user(request.user(), Pace.atOnce()).compose(swept -> reads.run(ROOMS, request.user().value())).map(rows -> {
      List<WaitingRoom> rooms = new ArrayList<>(rows.size());
      long total = 0;
      long dropped = 0;
      for (Row row : rows) {
        WaitingRoom room = new WaitingRoom(new RoomId(row.getString(0)), row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4),
            row.getLong(5), row.getLong(6), row.getLong(7));
        rooms.add(room);
        total += room.high() + room.normal() + room.low();
        dropped += room.dropped();
      }
      return new WaitingQueue(rooms, total, dropped);
    });
  }

  /** A page of one room, about 1 MiB at most, at least one entry. */
  public Future<WaitingPage> page(ReadWaiting request) {
    int limit = Math.clamp(request.limit(), 1, MAX_ROWS);
    return reads.run(PAGE, request.room().value(), request.user().value(), request.after(), limit, MAX_BYTES).map(rows -> {
      if (rows.size() == 0 || !rows.iterator().next().getBoolean("member"))
        throw Refusal.of(ErrorCode.NOT_MEMBER, "Nothing waits in a room for who is no member.");
      return page(request, rows, limit);
    });
  }

  private static WaitingPage page(ReadWaiting request, RowSet<Row> rows, int limit) {
    List<WaitingEntry> entries = new ArrayList<>(rows.size());
    long head = 0;
    long bytes = 0;
    int messages = 0;
    for (Row row : rows) {
      head = row.getLong("head");
      if (row.getLong("seq") == null)
        continue;
      byte[] envelope = Entries.of(request.room(), row);
      bytes += envelope.length;
      entries.add(new WaitingEntry(row.getLong("seq"), envelope));
      if (row.getBoolean("message"))
        messages++;
    }
    // A short page that was not cut for its weight is the last one: what follows its entries is left out.
    boolean last = entries.size() < limit && bytes < MAX_BYTES;
    long upTo = last || entries.isEmpty() ? Math.max(head, request.after()) : entries.getLast().seq();
    return new WaitingPage(request.room(), entries, request.after(), upTo, head, messages);
  }
}
