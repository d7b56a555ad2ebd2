package dev.chorus.delivery.log;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.ClientFrame.Send;
import dev.chorus.protocol.Event.MessageNew;
import dev.chorus.protocol.EventCodec;
import io.vertx.sqlclient.Row;
import java.util.Locale;

/** The one encoding of log entries: an entry has the same bytes whether it goes out live or is read later. */
public final class Entries {
  /** The columns that {@link #of(RoomId, Row)} reads, of the table alias {@code m}. */
  static final String COLUMNS = "m.seq, m.id, m.client_id, m.sender_id, m.role, m.content, m.priority, m.agent_id, m.reply_to, m.metadata::text AS metadata, m.created_at";

  private Entries() {}

  /** An entry that was just committed. */
  public static byte[] of(Append append, String messageId, long seq, long at) {
    Send send = append.send();
    MessageNew event = new MessageNew(messageId, send.clientId(), append.sender(), word(send.role()), send.content(), word(send.priority()),
        send.agentId(), send.replyTo(),
        send.metadata(), at);
    return EventCodec.event(event, send.room(), seq);
  }

  /** An entry out of the log. */
  static byte[] of(RoomId room, Row row) {
    MessageNew event = new MessageNew(row.getString("id"), row.getString("client_id"), new UserId(row.getString("sender_id")),
        row.getString("role"), row.getString("content"),
        word(PriorityColumn.read(row.getShort("priority"))), row.getString("agent_id"), row.getLong("reply_to"), row.getString("metadata"),
        row.getOffsetDateTime("created_at").toInstant().toEpochMilli());
    return EventCodec.event(event, room, row.getLong("seq"));
  }

  private static String word(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
