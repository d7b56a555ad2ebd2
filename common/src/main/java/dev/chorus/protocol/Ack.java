package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.util.List;
import java.util.Map;

/** The {@code data} of an ack, by the frame that it answers. The components' names are the wire's field names; null means absent, but where said. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Ack {
  record Empty() implements Ack {}

  /** @param participants the JSON of a list of {@link Presence}: in a big room many who join are given the same */
  record Joined(RoomId room, String epoch, long head, long deliveredSeq, long readSeq, long unread, boolean recovered,
      @JsonSerialize(using = RawJson.class) byte[] participants, long version,
      List<RunningStream> streams) implements Ack {}

  record RunningStream(StreamId streamId, long head) {}

  /** @param seq null where nothing was stored (at-most-once); it is then on the wire as null */
  record Sent(String messageId, @JsonInclude(JsonInclude.Include.ALWAYS) Long seq, String status, long at,
      boolean duplicate) implements Ack {}

  /** Of an edit or a deletion. */
  record Changed(long seq, long at) implements Ack {}

  /**
   * How far one message has come.
   *
   * @param status of the recipient who is least advanced
   * @param attempts of all recipients together
   */
  record Delivery(String messageId, RoomId room, long seq, String status, int attempts, boolean readByAll,
      List<Recipient> recipients) implements Ack {
    /**
     * @param reason why it FAILED, or null
     * @param history when it became what: SENT, DELIVERED, READ, FAILED, CANCELLED, in the order of their times
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Recipient(UserId user, String status, int attempts, String reason, Map<String, Long> history) {}
  }

  /** @param successRate of what is decided, 0 to 1 */
  record Statistics(long total, long pending, long sent, long delivered, long read, long failed, long cancelled, long retries,
      double averageDeliveryMs, double successRate) implements Ack {}

  /** @param entries envelopes as they are, ascending by seq */
  record History(@JsonSerialize(contentUsing = RawJson.class) List<byte[]> entries, long head,
      boolean more)
      implements
        Ack {}

  record Rooms(List<Room> rooms, String cursor) implements Ack {
    public record Room(RoomId room, String epoch, long head, long deliveredSeq, long readSeq, long unread) {}
  }

  record Participants(List<Presence> participants, long version, String cursor) implements Ack {}

  /** @param duplicate true where a repeat has found what the first one started, else null */
  record StreamStarted(StreamId streamId, String epoch, Boolean duplicate) implements Ack {
    public StreamStarted(StreamId streamId, String epoch) {
      this(streamId, epoch, null);
    }
  }

  record StreamAttached(String epoch, long head, String status, boolean recovered) implements Ack {}

  /** What a stream is at this moment (docs/protocol.md, section 6, "State"). */
  record StreamState(StreamId streamId, String epoch, String status, long head, RoomId room, String agentId, String model, String text,
      String reasoning,
      Usage usage, StreamError error) implements Ack {}

  record Streams(List<StreamState> streams) implements Ack {}

  record StreamsCancelled(List<StreamId> streams) implements Ack {}

  /** The metrics of {@code stream:end} so far. */
  record StreamMeasured(@JsonUnwrapped StreamMetrics metrics) implements Ack {}

  /** @param streams by agentId, in the order of the agents */
  record StreamGroup(String groupId, Map<String, StreamId> streams) implements Ack {}

  /**
   * @param head the last number of the project's events
   * @param recovered everything above {@code after} is still kept, and comes
   */
  record ProgressSubscribed(long head, boolean recovered) implements Ack {}
}
