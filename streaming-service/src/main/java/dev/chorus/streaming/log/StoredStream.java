package dev.chorus.streaming.log;

import dev.chorus.bus.StreamingMessage.StreamHead;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event;
import io.vertx.sqlclient.Row;
import java.time.ZoneOffset;

/**
 * A stream as the log has it.
 *
 * @param owner the incarnation that writes it, or wrote it last
 * @param head the seq of its last record
 * @param openedAt milliseconds since the epoch
 * @param produced it is generated elsewhere, step by step
 * @param requestBytes of what was asked for, as far as that is kept
 * @param slot of the log that its records are in
 */
public record StoredStream(StreamId id, RoomId room, UserId starter, String epoch, String model, String provider, String agentId,
    String groupId, String owner, String status, long head, long openedAt, boolean produced, int requestBytes,
    int slot) {
  /** What {@link #of} needs, over {@code streams s}. */
  static final String COLUMNS = "s.stream_id, s.room, s.starter, s.epoch, s.model, s.provider, s.agent_id, s.group_id, s.owner, s.status, s.opened_at, s.producer IS NOT NULL AS produced, octet_length(s.request) AS asked, s.slot,"
      + " coalesce(s.head, (SELECT max(r.seq) FROM records r WHERE r.stream_id = s.stream_id), 0) AS top";

  static StoredStream of(Row row) {
    String room = row.getString("room");
    return new StoredStream(new StreamId(row.getString("stream_id")), room == null ? null : new RoomId(room),
        new UserId(row.getString("starter")),
        row.getString("epoch"), row.getString("model"), row.getString("provider"), row.getString("agent_id"), row.getString("group_id"),
        row.getString("owner"),
        row.getString("status"),
        row.getLong("top"), row.getOffsetDateTime("opened_at").atZoneSameInstant(ZoneOffset.UTC).toInstant().toEpochMilli(),
        row.getBoolean("produced"), row.getInteger("asked") == null ? 0 : row.getInteger("asked"), row.getInteger("slot"));
  }

  public boolean isRunning() {
    return status.equals("STREAMING") || status.equals("PAUSED");
  }

  public NodeId ownerNode() {
    return Incarnation.node(owner);
  }

  public StreamHead asHead() {
    return new StreamHead(id, room, epoch, head, status);
  }

  public Event.StreamOpen open() {
    return new Event.StreamOpen(id, epoch, agentId, groupId, model, provider, starter, openedAt);
  }
}
