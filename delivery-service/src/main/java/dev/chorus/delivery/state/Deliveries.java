package dev.chorus.delivery.state;

import dev.chorus.delivery.log.MessageId;
import dev.chorus.delivery.query.Reads;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The records of messages, read from PostgreSQL: whom a message is for, and what has become of it at each of them. */
public final class Deliveries {
  private static final int MAX_RECIPIENTS = 2_000;
  private static final String MESSAGE = """
      SELECT m.id, m.sender_id, m.created_at, m.cancelled_at, m.priority, m.recipients::text AS recipients,
        EXISTS (SELECT FROM delivery.room_members b WHERE b.room = $1 AND b.user_id = $3) AS member
      FROM (SELECT 1) one LEFT JOIN delivery.chat_messages m ON m.session_id = $1 AND m.seq = $2 AND m.kind = 0""";
  /** $1 room, $2 seq, $3 sender, $4 priority, $5 named recipients or null, $6 limit. */
  private static final String RECIPIENTS = """
      SELECT b.user_id, b.receipts, b.delivered_seq >= $2 AS delivered, b.read_seq >= $2 AS read, e.state, e.attempts, e.reason, e.at,
        (SELECT CASE WHEN d.from_seq < $2 THEN d.at END FROM (SELECT * FROM delivery.delivered_ranges x
          WHERE x.room = $1 AND x.user_id = b.user_id AND x.to_seq >= $2 ORDER BY x.to_seq LIMIT 1) d) AS delivered_at,
        (SELECT CASE WHEN d.from_seq < $2 THEN d.at END FROM (SELECT * FROM delivery.read_ranges x
          WHERE x.room = $1 AND x.user_id = b.user_id AND x.to_seq >= $2 ORDER BY x.to_seq LIMIT 1) d) AS read_at, q.reason AS dropped, q.at AS dropped_at
      FROM delivery.room_members b
      LEFT JOIN delivery.delivery_exceptions e ON e.room = $1 AND e.seq = $2 AND e.user_id = b.user_id
      LEFT JOIN LATERAL (SELECT * FROM (SELECT * FROM delivery.delivery_drops x
        WHERE x.room = $1 AND x.user_id = b.user_id AND x.priority = $4 AND x.to_seq >= $2 ORDER BY x.to_seq LIMIT 1) d WHERE d.from_seq < $2) q ON true
      WHERE b.room = $1 AND b.user_id <> $3 AND CASE WHEN $5::text IS NULL THEN b.joined_seq < $2 ELSE $5::jsonb ? b.user_id END
      ORDER BY b.user_id LIMIT $6""";
  private static final String CANCEL = """
      WITH c AS (UPDATE delivery.chat_messages SET cancelled_at = $3 WHERE session_id = $1 AND seq = $2 AND cancelled_at IS NULL RETURNING 1),
        e AS (UPDATE delivery.delivery_exceptions SET state = 2 WHERE room = $1 AND seq = $2 AND state = 0 RETURNING attempts)
      SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM e), (SELECT count(*) FROM e WHERE attempts = 0)""";
  private static final String RETRY = """
      INSERT INTO delivery.delivery_exceptions AS e (room, seq, user_id, state, attempts, at)
      SELECT $1, $2, u, 0, 0, $4 FROM unnest($3::text[]) u ORDER BY u
      ON CONFLICT (room, seq, user_id) DO UPDATE SET state = 0, attempts = 0, reason = NULL, at = excluded.at WHERE e.state = 1""";
  private final Reads reads;

  public Deliveries(Reads reads) {
    this.reads = reads;
  }

  /** A message and its recipients. */
  public record Tracked(RoomId room, MessageId id, UserId sender, List<Recipient> recipients) {
    /** The users in that state. */
    public List<UserId> in(Status... states) {
      return recipients.stream().filter(one -> List.of(states).contains(one.actual().status())).map(Recipient::user).toList();
    }

    /** What others may see of it. Those whose marks are private do not count for the whole. */
    public Ack.Delivery shown() {
      List<Recipient> counted = recipients.stream().filter(Recipient::receipts).toList();
      Status status = counted.stream().map(one -> one.actual().status()).min(Status::compareTo).orElse(Status.SENT);
      boolean readByAll = !counted.isEmpty() && status == Status.READ;
      int attempts = recipients.stream().mapToInt(one -> one.actual().attempts()).sum();
      return new Ack.Delivery(id.toString(), room, id.seq(), status.name(), attempts, readByAll,
          recipients.stream().map(Recipient::shown).toList());
    }
  }

  /** @param receipts whether others may see the marks */
  record Recipient(UserId user, boolean receipts, Facts facts) {
    RecipientState actual() {
      return RecipientState.of(facts);
    }

    Ack.Delivery.Recipient shown() {
      RecipientState state = receipts ? actual() : RecipientState.hidden(facts);
      return new Ack.Delivery.Recipient(user, state.status().name(), state.attempts(), state.reason(), state.history());
    }
  }

  /** For a member of the room or an admin. */
  public Future<Tracked> read(RoomId room, UserId asker, boolean admin, String messageId) {
    MessageId id = MessageId.parse(messageId).orElse(new MessageId("", 0));
    return reads.run(MESSAGE, room.value(), id.seq(), asker.value()).compose(rows -> {
      Row row = rows.iterator().next();
      if (!admin && !row.getBoolean("member"))
        return Future.failedFuture(Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room can ask about its messages; join it first."));
      if (!id.word().equals(row.getString("id")))
        return Future.failedFuture(Refusal.of(ErrorCode.NOT_FOUND, "The room has no such message."));
      UserId sender = new UserId(row.getString("sender_id"));
      return reads
          .run(RECIPIENTS, room.value(), id.seq(), sender.value(), row.getShort("priority"), row.getString("recipients"), MAX_RECIPIENTS)
          .map(found -> new Tracked(room, id, sender, recipients(row, found)));
    });
  }

  /** For the sender or an admin. */
  public Future<Tracked> readOwn(RoomId room, UserId asker, boolean admin, String messageId) {
    return read(room, asker, admin, messageId).compose(tracked -> admin || tracked.sender().equals(asker)
        ? Future.succeededFuture(tracked)
        : Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Only its sender or an admin decides about the delivery of a message.")));
  }

  /**
   * How many recipients one call has cancelled, and not another at the same time.
   *
   * @param sent to how many it had been sent
   * @param pending how many waited for another attempt
   */
  public record Cancelled(long sent, long pending) {}

  /** No more attempts for whom it has not reached. */
  public Future<Cancelled> cancel(Tracked tracked, OffsetDateTime now) {
    return reads.run(CANCEL, tracked.room().value(), tracked.id().seq(), now).map(rows -> {
      Row row = rows.iterator().next();
      long pending = row.getLong(2);
      // Whom nothing is noted of is cancelled by the first call; a later one has only those who were tried again since.
      return new Cancelled(row.getLong(0) > 0 ? tracked.in(Status.SENT).size() : row.getLong(1) - pending, pending);
    });
  }

  /** These recipients, who have FAILED, wait for it again; how many of them did not before. */
  public Future<Integer> retry(Tracked tracked, List<UserId> users, OffsetDateTime now) {
    return reads.run(RETRY, tracked.room().value(), tracked.id().seq(), users.stream().map(UserId::value).toArray(String[]::new), now)
        .map(RowSet::rowCount);
  }

  private static List<Recipient> recipients(Row message, RowSet<Row> rows) {
    long sentAt = millis(message, "created_at");
    Long cancelledAt = millis(message, "cancelled_at");
    List<Recipient> recipients = new ArrayList<>(rows.size());
    for (Row row : rows)
      recipients.add(new Recipient(new UserId(row.getString("user_id")), row.getBoolean("receipts"), facts(row, sentAt, cancelledAt)));
    return recipients;
  }

  private static Facts facts(Row row, long sentAt, Long cancelledAt) {
    Facts.Exceptional exception = row.getShort("state") == null
        ? null
        : new Facts.Exceptional(Facts.Course.of(row.getShort("state")), row.getInteger("attempts"), row.getString("reason"),
            millis(row, "at"));
    Facts.Dropped dropped = row.getString("dropped") == null
        ? null
        : new Facts.Dropped(row.getString("dropped"), millis(row, "dropped_at"));
    return new Facts(sentAt, row.getBoolean("delivered"), millis(row, "delivered_at"), row.getBoolean("read"), millis(row, "read_at"),
        exception, dropped, cancelledAt);
  }

  private static Long millis(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant().toEpochMilli();
  }
}
