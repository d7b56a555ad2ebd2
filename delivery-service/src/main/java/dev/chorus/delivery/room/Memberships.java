package dev.chorus.delivery.room;

import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.JoinRoom;
import dev.chorus.bus.DeliveryMessage.JoinedRoom;
import dev.chorus.bus.DeliveryMessage.ListMembers;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.Member;
import dev.chorus.bus.DeliveryMessage.MembersPage;
import dev.chorus.bus.DeliveryMessage.RemoveMember;
import dev.chorus.bus.DeliveryMessage.RoomsPage;
import dev.chorus.bus.TrackingMessage.SetReceipts;
import dev.chorus.delivery.query.Reads;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Who is a member of which room, and what of it they have seen. All of it is in PostgreSQL, so any node can answer. */
public final class Memberships {
  private static final int EPOCH_CHARACTERS = 12;
  private static final int MAX_PAGE = 500;
  private static final String JOIN = "SELECT epoch, head, delivered_seq, read_seq, unread FROM delivery.join_room($1, $2, $3, $4)";
  private static final String FORGET = "DELETE FROM delivery.room_members WHERE room = $1 AND user_id = $2";
  private static final String LIST = """
      SELECT m.room, r.epoch, r.head, m.delivered_seq, m.read_seq, delivery.unread(m.room, m.user_id, m.read_seq, r.head) AS unread
      FROM (SELECT * FROM delivery.room_members WHERE user_id = $1 AND room > $2 ORDER BY room LIMIT $3) m
      JOIN delivery.rooms r ON r.room = m.room ORDER BY m.room""";
  private static final String MEMBERS = """
      SELECT m.user_id, m.joined_at, m.delivered_seq, m.read_seq, m.receipts FROM delivery.room_members m
      WHERE m.room = $1 AND m.user_id > $2 ORDER BY m.user_id LIMIT $3""";
  private static final String MEMBER = "SELECT FROM delivery.room_members WHERE room = $1 AND user_id = $2";
  private static final String ROOM = "SELECT FROM delivery.rooms WHERE room = $1";
  private static final String RECEIPTS_OF_ROOM = "UPDATE delivery.room_members SET receipts = $3 WHERE room = $1 AND user_id = $2";
  private static final String RECEIPTS = """
      WITH s AS (INSERT INTO delivery.user_settings (user_id, receipts) VALUES ($1, $2)
        ON CONFLICT (user_id) DO UPDATE SET receipts = excluded.receipts)
      UPDATE delivery.room_members SET receipts = $2 WHERE user_id = $1 AND receipts <> $2""";
  private final Reads reads;
  private final Clock clock;

  public Memberships(Reads reads, Clock clock) {
    this.reads = reads;
    this.clock = clock;
  }

  /** Makes the user a member, and the room, where they are missing. */
  public Future<JoinedRoom> join(JoinRoom request) {
    return reads
        .run(JOIN, request.room().value(), request.user().value(), Words.random(EPOCH_CHARACTERS), clock.instant().atOffset(ZoneOffset.UTC))
        .map(rows -> {
          Row row = rows.iterator().next();
          return new JoinedRoom(request.room(), row.getString("epoch"), row.getLong("head"), row.getLong("delivered_seq"),
              row.getLong("read_seq"), row.getLong("unread"));
        });
  }

  /** Ends the membership; there may be none. */
  public Future<BusMessage.Done> forget(ForgetRoom request) {
    return reads.run(FORGET, request.room().value(), request.user().value()).map(BusMessage.Done.DONE);
  }

  /** Ends a membership that there must be. */
  public Future<BusMessage.Done> remove(RemoveMember request) {
    return reads.run(FORGET, request.room().value(), request.user().value()).map(rows -> {
      if (rows.rowCount() == 0)
        throw Refusal.of(ErrorCode.NOT_FOUND, "The room has no such member.");
      return BusMessage.Done.DONE;
    });
  }

  /** The members by name, above the cursor, for one of them or an admin. */
  public Future<MembersPage> members(ListMembers request) {
    String room = request.room().value();
    int limit = Math.clamp(request.limit(), 1, MAX_PAGE);
    Future<RowSet<Row>> may = request.admin() ? reads.run(ROOM, room) : reads.run(MEMBER, room, request.asker().value());
    return may.compose(found -> {
      if (found.size() == 0)
        return Future.failedFuture(request.admin()
            ? Refusal.of(ErrorCode.NOT_FOUND, "There is no such room.")
            : Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room see who else is; join it first."));
      return reads.run(MEMBERS, room, request.cursor() == null ? "" : request.cursor(), limit + 1)
          .map(rows -> members(rows, limit, request));
    });
  }

  private static MembersPage members(RowSet<Row> rows, int limit, ListMembers request) {
    List<Member> members = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (members.size() == limit)
        break;
      UserId user = new UserId(row.getString("user_id"));
      boolean shown = row.getBoolean("receipts") || user.equals(request.asker());
      members
          .add(new Member(user, row.getOffsetDateTime("joined_at").toInstant().toEpochMilli(), shown ? row.getLong("delivered_seq") : null,
              shown ? row.getLong("read_seq") : null));
    }
    return new MembersPage(members, rows.size() <= limit ? null : members.getLast().user().value());
  }

  /** Whether others see the user's marks, in one room or in all, also those that they join later. */
  public Future<BusMessage.Done> receipts(SetReceipts request) {
    if (request.room() == null)
      return reads.run(RECEIPTS, request.user().value(), request.enabled()).map(BusMessage.Done.DONE);
    return reads.run(RECEIPTS_OF_ROOM, request.room().value(), request.user().value(), request.enabled()).map(rows -> {
      if (rows.rowCount() == 0)
        throw Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room have receipts in it; join it first.");
      return BusMessage.Done.DONE;
    });
  }

  /** The user's memberships in the order of room names, above the cursor. */
  public Future<RoomsPage> list(ListRooms request) {
    int limit = Math.clamp(request.limit(), 1, MAX_PAGE);
    return reads.run(LIST, request.user().value(), request.cursor() == null ? "" : request.cursor(), limit + 1)
        .map(rows -> page(rows, limit));
  }

  private static RoomsPage page(RowSet<Row> rows, int limit) {
    List<Ack.Rooms.Room> rooms = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (rooms.size() == limit)
        break;
      rooms.add(new Ack.Rooms.Room(new RoomId(row.getString("room")), row.getString("epoch"), row.getLong("head"),
          row.getLong("delivered_seq"), row.getLong("read_seq"),
          row.getLong("unread")));
    }
    return new RoomsPage(rooms, rows.size() <= limit ? null : rooms.getLast().room().value());
  }
}
