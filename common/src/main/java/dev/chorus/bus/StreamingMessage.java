package dev.chorus.bus;

import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Event;
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
   */
  record StartStream(StreamId stream, RoomId room, UserId user, String request, boolean raw, String provider, String agentId,
      String projectId, String deliver,
      String sections, boolean continueOnDisconnect, boolean post, String clientId, String requestHash, boolean durable, NodeId gateway,
      String requestId)
      implements
        StreamingMessage {}

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
}
