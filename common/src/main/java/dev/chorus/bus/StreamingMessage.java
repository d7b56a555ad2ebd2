package dev.chorus.bus;

import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.Usage;
import java.util.List;

/** Calls to streaming and their answers. */
public sealed interface StreamingMessage extends BusMessage {

  /**
   * Starts a stream, or finds the one that the same user started with the same {@code clientId} in the same surface (24 h).
   *
   * @param stream its id, made by the gateway, so that the key is known before the owner is asked
   * @param room its room, or null
   * @param request JSON text of an OpenAI chat-completions request body: model, messages and all options, unknown fields included; without {@code stream}
   * @param raw keep the provider's own frames beside the text, for surfaces that pass them through
   * @param provider use only this provider of the file, or null
   * @param sections JSON text of an array of {name, prompt}, or null
   * @param clientId idempotency key of the user, or null
   * @param requestHash of what was asked for: another one with the same clientId is a conflict; null: not compared
   * @param durable false: not logged ({@code Chorus-Durability: none})
   * @param gateway watches the stream from its first record on, as if it had sent {@link WatchStreams}; or null
   * @param traceparent the span that it is a part of, as text of W3C's Trace Context, or null
   */
  record StartStream(StreamId stream, RoomId room, UserId user, String request, boolean raw, String provider, String agentId,
      String projectId, String deliver,
      String sections, boolean continueOnDisconnect, boolean post, String clientId, String requestHash, boolean durable, NodeId gateway,
      String requestId, String traceparent)
      implements
        StreamingMessage {
    /** Of no trace. */
    public StartStream(StreamId stream, RoomId room, UserId user, String request, boolean raw, String provider, String agentId,
        String projectId, String deliver, String sections, boolean continueOnDisconnect, boolean post, String clientId, String requestHash,
        boolean durable, NodeId gateway, String requestId) {
      this(stream, room, user, request, raw, provider, agentId, projectId, deliver, sections, continueOnDisconnect, post, clientId,
          requestHash, durable, gateway, requestId, null);
    }

    /** The same as a part of that span. */
    public StartStream within(String span) {
      return new StartStream(stream, room, user, request, raw, provider, agentId, projectId, deliver, sections, continueOnDisconnect, post,
          clientId, requestHash, durable, gateway, requestId, span);
    }
  }

  /**
   * @param streamId the started one, or the one that a repeat found
   * @param existing it was found, not started
   */
  record StartedStream(StreamId streamId, String epoch, boolean existing) implements StreamingMessage {}

  /** From now on (or no longer) the gateway gets the records of all streams of these rooms, and of these streams. Repeating it changes nothing. */
  record WatchStreams(NodeId gateway, List<RoomId> rooms, List<StreamId> streams, List<RoomId> unwatchRooms, List<StreamId> unwatchStreams)
      implements
        StreamingMessage {}

  /** What runs in the watched rooms, and the watched streams as far as they exist. */
  record WatchedStreams(List<StreamHead> heads, List<RoomId> movedRooms, List<StreamId> movedStreams) implements StreamingMessage {}

  /** @param status STREAMING, PAUSED, COMPLETED, FAILED or CANCELLED */
  record StreamHead(StreamId stream, RoomId room, String epoch, long head, String status) {}

  /** The log of a stream above {@code after}, at most {@code limit} records; any streaming node answers. */
  record ReadStream(StreamId stream, long after, int limit) implements StreamingMessage {}

  /**
   * Records {@code after + 1 …} without a gap. Refused with {@code not_found} when there is no such stream.
   *
   * @param open what {@code stream:open} says
   * @param starter who may attach and control it; others only when admin or, in a room, members
   */
  record StreamPage(StreamId stream, RoomId room, UserId starter, String epoch, String status, long head, Event.StreamOpen open,
      List<StreamRecord> records)
      implements
        StreamingMessage {}

  /** Refused with {@code forbidden} unless the user started it or is admin; of an ended stream it changes nothing. */
  record CancelStream(StreamId stream, UserId user, boolean admin) implements StreamingMessage {}

  /** The reader for whom a stream with onDisconnect cancel ran has gone from that gateway. */
  record ReaderGone(StreamId stream, NodeId gateway) implements StreamingMessage {}

  /** The whole text so far; refused with {@code not_found} when there is no such stream. Who may see it the gateway judges by {@code starter} and room. */
  record DescribeStream(StreamId stream) implements StreamingMessage {}

  record DescribedStream(Ack.StreamState state, UserId starter) implements StreamingMessage {}

  /** The running streams of a room. */
  record ListStreams(RoomId room) implements StreamingMessage {}

  record ListedStreams(List<StreamHead> streams) implements StreamingMessage {}

  /** The models of the provider file by name, {@code *} left out; any streaming node answers. */
  record ListModels() implements StreamingMessage {}

  record ListedModels(List<String> models) implements StreamingMessage {}

  /** What a stream's starter, or an admin, may do to it. Each is idempotent; of an ended stream none changes anything. */
  enum Control {
    PAUSE, RESUME, CANCEL
  }

  /** Answered with {@link DescribedStream}; refused with {@code forbidden} unless the user started it or is admin, with {@code not_found} when there is none. */
  record ControlStream(StreamId stream, UserId user, boolean admin, Control control) implements StreamingMessage {}

  /** Cancels those running streams of a room that the user may cancel. */
  record CancelRoomStreams(RoomId room, UserId user, boolean admin) implements StreamingMessage {}

  record CancelledStreams(List<StreamId> streams) implements StreamingMessage {}

  /** The running streams of a room with all they have said, at most 100. Who may see them the gateway judges by the room. */
  record DescribeRoom(RoomId room) implements StreamingMessage {}

  record DescribedStreams(List<DescribedStream> streams) implements StreamingMessage {}

  /** The metrics of {@code stream:end} so far; refused with {@code not_found} when there is no such stream. Who may see them the gateway judges. */
  record MeasureStream(StreamId stream) implements StreamingMessage {}

  record MeasuredStream(StreamMetrics metrics, UserId starter, RoomId room) implements StreamingMessage {}

  /**
   * Of a FAILED stream makes a new one that begins with its good text and goes on. Refused with {@code conflict} when it is not FAILED, with {@code forbidden} unless the user
   * started it or is admin. A repeat finds the one that the first made.
   *
   * @param stream the id of the new one, with the key of the failed one: {@link StreamId#sibling}
   * @param gateway as in {@link StartStream}
   */
  record RecoverStream(StreamId stream, StreamId failed, UserId user, boolean admin, NodeId gateway, String requestId)
      implements
        StreamingMessage {}

  /** @param existing it was found, not made */
  record RecoveredStream(StreamId streamId, String epoch, StreamId continues, boolean existing) implements StreamingMessage {}

  /**
   * Starts several streams as one group: all of them or none.
   *
   * @param group its id, a random word
   * @param agents each with an agentId of its own and a stream id of {@link StreamId#ofGroup}; in the order given
   * @param merge interleave, sequential, priority or race
   */
  record StartGroup(String group, List<StartStream> agents, String merge) implements StreamingMessage {}

  /** @param streams in the order of the agents */
  record StartedGroup(String groupId, List<StartedStream> streams) implements StreamingMessage {}

  /** The running streams of a project, and those that were opened after that time; any streaming node answers. */
  record ListProject(String project, long openedAfter) implements StreamingMessage {}

  /** The running streams with that key, the newest first; any streaming node answers with {@link ListedStreams}. */
  record ListKey(String key) implements StreamingMessage {}

  /** What one node has counted since it started; answered with {@link MeasuredNode}. */
  record MeasureNode() implements StreamingMessage {}

  record MeasuredNode(List<StreamFigures> figures) implements StreamingMessage {}

  /**
   * A step of an answer that is generated elsewhere ({@code chorus.streams}). A repeat of a producer's seq changes nothing and gets the same answer; an older epoch is refused
   * with {@code conflict}, and so is a gap.
   *
   * @param op open, append, end or cancel
   * @param kind content or reasoning, of an append
   * @param usage what an end says was used, or null
   */
  record ProduceStream(StreamId stream, RoomId room, String op, String text, String kind, String model, String agentId, String producer,
      long producerEpoch, long producerSeq, Usage usage) implements StreamingMessage {}

  /** @param seq of the stream's last record */
  record ProducedStream(StreamId streamId, long seq) implements StreamingMessage {}
}
