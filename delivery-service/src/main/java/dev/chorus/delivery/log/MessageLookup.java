package dev.chorus.delivery.log;

import dev.chorus.delivery.query.Reads;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;

/** Finds the place of a message in its room by its id. */
public final class MessageLookup {
  private static final String FIND = """
      SELECT (SELECT m.id FROM delivery.chat_messages m WHERE m.session_id = $1 AND m.seq = $2 AND m.kind = 0) AS id,
        EXISTS (SELECT FROM delivery.room_members b WHERE b.room = $1 AND b.user_id = $3) AS member""";
  private final Reads reads;

  public MessageLookup(Reads reads) {
    this.reads = reads;
  }

  /** Its seq, for a member; a stranger is {@code not_member}, an id of no message {@code not_found}. */
  public Future<Long> seq(RoomId room, UserId asker, String messageId) {
    MessageId id = MessageId.parse(messageId).orElse(new MessageId("", 0));
    return reads.run(FIND, room.value(), id.seq(), asker.value()).map(rows -> {
      Row row = rows.iterator().next();
      if (!row.getBoolean("member"))
        throw Refusal.of(ErrorCode.NOT_MEMBER, "Only members of the room have marks in it; join it first.");
      if (!id.word().equals(row.getString("id")))
        throw Refusal.of(ErrorCode.NOT_FOUND, "The room has no such message.");
      return id.seq();
    });
  }
}
