package dev.chorus.delivery.log;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Delete;
import dev.chorus.protocol.ClientFrame.Edit;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Event.MessageDelete;
import dev.chorus.protocol.Event.MessageNew;
import dev.chorus.protocol.Event.MessageUpdate;
import dev.chorus.protocol.EventCodec;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Locale;

/** The one encoding of log entries: an entry has the same bytes whether it goes out live or is read later, unless it was changed in between. */
public final class Entries {
  /** The columns that {@link #of(RoomId, Row)} reads, of the table alias {@code m}. */
  public static final String COLUMNS = "m.seq, m.id, m.kind, m.client_id, m.sender_id, m.role, m.content, m.priority, m.agent_id, m.reply_to, "
      + "m.metadata::text AS metadata, m.created_at, m.edited_seq, m.edited_at, m.deleted, m.target, CASE WHEN m.kind <> 0 THEN "
      + "(SELECT t.id FROM delivery.chat_messages t WHERE t.session_id = m.session_id AND t.seq = m.target) END AS target_id";
  private static final short MESSAGE = 0;
  private static final short EDIT = 1;

  private Entries() {}

  /**
   * An entry that was just committed, or a message that is not stored.
   *
   * @param seq null for what is not stored
   */
  public static byte[] of(Append append, String messageId, Long seq, long at) {
    return EventCodec.event(event(append, messageId, at), append.entry().room(), seq);
  }

  private static Event event(Append append, String messageId, long at) {
    return switch (append.entry()) {
      case Send send ->
        new MessageNew(messageId, send.clientId(), append.sender(), word(send.role()), send.content(), word(send.priority()),
            send.agentId(), send.replyTo(), send.metadata(), at);
      case Edit edit -> new MessageUpdate(edit.messageId(), target(edit.messageId()), edit.content(), edit.metadata(), append.sender(), at);
      case Delete deletion -> new MessageDelete(deletion.messageId(), target(deletion.messageId()), append.sender(), at);
    };
  }

  /** Of an id that a committed change has named. */
  private static long target(String messageId) {
    return MessageId.parse(messageId).orElseThrow().seq();
  }

  /** An entry out of the log, with what holds now. */
  public static byte[] of(RoomId room, Row row) {
    long seq = row.getLong("seq");
    UserId sender = new UserId(row.getString("sender_id"));
    long at = millis(row, "created_at");
    short kind = row.getShort("kind");
    if (kind == MESSAGE)
      return EventCodec.event(message(row, seq, sender, at), room, seq);
    long target = row.getLong("target");
    String messageId = new MessageId(String.valueOf(row.getString("target_id")), target).toString();
    Event change = kind == EDIT
        ? new MessageUpdate(messageId, target, row.getString("content"), row.getString("metadata"), sender, at)
        : new MessageDelete(messageId, target, sender, at);
    return EventCodec.event(change, room, seq);
  }

  private static MessageNew message(Row row, long seq, UserId sender, long at) {
    Long edited = row.getLong("edited_seq");
    return new MessageNew(new MessageId(row.getString("id"), seq).toString(), row.getString("client_id"), sender, row.getString("role"),
        row.getString("content"), word(PriorityColumn.read(row.getShort("priority"))), row.getString("agent_id"), row.getLong("reply_to"),
        row.getString("metadata"), at, edited == null ? null : new MessageNew.Edited(edited, millis(row, "edited_at")),
        row.getBoolean("deleted") ? true : null);
  }

  private static long millis(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time.toInstant().toEpochMilli();
  }

  private static String word(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
