package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.util.List;

/** What a client may say, checked: after decoding nothing of it is checked for form again. Absent optional fields are null. */
public sealed interface ClientFrame {

  /** First frame, or a new token on a live connection. */
  record Auth(String token, String device, boolean replace) implements ClientFrame {}

  /** @param at the client's clock, echoed; null if it sent none */
  record Heartbeat(Long at) implements ClientFrame {}

  record RoomsList(String cursor, int limit) implements ClientFrame {}

  /** @param after the last seq that the client has, or null to begin at the head */
  record Join(RoomId room, Long after, String epoch, boolean hidden, boolean acks) implements ClientFrame {}

  record Leave(RoomId room, boolean forget) implements ClientFrame {}

  /** What takes the next seq of its room. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({@JsonSubTypes.Type(value = Send.class, name = "send"), @JsonSubTypes.Type(value = Edit.class, name = "edit"),
      @JsonSubTypes.Type(value = Delete.class, name = "delete")})
  sealed interface Entry extends ClientFrame {
    RoomId room();

    /** What makes it idempotent per sender and room, or null where the client gave none. */
    String clientId();

    /** The same with that clientId. */
    Entry withClientId(String made);
  }

  /**
   * @param metadata JSON text of an object, or null
   * @param to whose delivery is tracked, or null for all members
   */
  record Send(RoomId room, String content, String clientId, Priority priority, Guarantee guarantee, List<UserId> to, Role role,
      String agentId, Long replyTo,
      boolean requiresAck, String metadata) implements Entry {
    public enum Priority {
      HIGH, NORMAL, LOW
    }

    public enum Guarantee {
      AT_LEAST_ONCE, EXACTLY_ONCE, AT_MOST_ONCE
    }

    public enum Role {
      USER, ASSISTANT, SYSTEM
    }

    @Override
    public Send withClientId(String made) {
      return new Send(room, content, made, priority, guarantee, to, role, agentId, replyTo, requiresAck, metadata);
    }
  }

  /** @param metadata JSON text of an object, or null to leave it as it is */
  record Edit(RoomId room, String messageId, String content, String clientId, String metadata) implements Entry {
    @Override
    public Edit withClientId(String made) {
      return new Edit(room, messageId, content, made, metadata);
    }
  }

  record Delete(RoomId room, String messageId, String clientId) implements Entry {
    @Override
    public Delete withClientId(String made) {
      return new Delete(room, messageId, made);
    }
  }

  /** Everything up to {@code seq} has reached this client. */
  record Delivered(RoomId room, long seq) implements ClientFrame {}

  /**
   * Everything up to a message was read. Exactly one of {@code seq} and {@code messageId} is set.
   *
   * @param metadata JSON text of an object, or null
   */
  record Read(RoomId room, Long seq, String messageId, String metadata) implements ClientFrame {}

  record DeliveryStatus(RoomId room, String messageId) implements ClientFrame {}

  record DeliveryRetry(RoomId room, String messageId) implements ClientFrame {}

  record DeliveryCancel(RoomId room, String messageId) implements ClientFrame {}

  /** The user's own figures. */
  record DeliveryStats() implements ClientFrame {}

  /** @param room null: for all rooms */
  record ReceiptsSet(RoomId room, boolean enabled) implements ClientFrame {}

  record QueueDrain() implements ClientFrame {}

  record History(RoomId room, Long before, Long after, int limit) implements ClientFrame {}

  record PresenceList(RoomId room, String cursor, int limit) implements ClientFrame {}

  /**
   * What is null stays as it is.
   *
   * @param room or null: every room of the connection
   * @param metadata JSON text of an object
   * @param hidden others see nothing of the user
   */
  record PresenceUpdate(RoomId room, Presence.Status status, String device, String metadata, Boolean hidden, LastSeen lastSeen)
      implements
        ClientFrame {
    /** Who may know when the user was here last. */
    public enum LastSeen {
      EVERYONE, NOBODY
    }
  }

  record CursorMove(RoomId room, CursorPosition position) implements ClientFrame {}

  /** @param details JSON text of an object, or null */
  record ActivityUpdate(RoomId room, Activity activity, String details) implements ClientFrame {}

  /** @param on started or stopped */
  record Typing(RoomId room, String agentId, boolean on) implements ClientFrame {}

  /**
   * @param room the stream belongs to it, or null
   * @param messages as the client gave them, role and content at least
   * @param options whatever the provider's dialect takes, or null
   */
  record StreamStart(RoomId room, String model, ArrayNode messages, String provider, String agentId, String projectId, ObjectNode options,
      String deliver,
      ArrayNode sections, boolean continueOnDisconnect, boolean post, String clientId) implements ClientFrame {

    /** The same with that clientId. */
    public StreamStart withClientId(String made) {
      return new StreamStart(room, model, messages, provider, agentId, projectId, options, deliver, sections, continueOnDisconnect, post,
          made);
    }
  }

  record StreamAttach(StreamId stream, Long after, String epoch) implements ClientFrame {}

  record StreamDetach(StreamId stream) implements ClientFrame {}

  record StreamPause(StreamId stream) implements ClientFrame {}

  record StreamResume(StreamId stream) implements ClientFrame {}

  record StreamCancel(StreamId stream) implements ClientFrame {}

  /** Those of the room's running streams that the caller may cancel. */
  record StreamCancelAll(RoomId room) implements ClientFrame {}

  record StreamList(RoomId room) implements ClientFrame {}

  record StreamMetrics(StreamId stream) implements ClientFrame {}

  /**
   * Several streams as one group.
   *
   * @param agents each with an agentId of its own, in the order given; their room is the group's
   */
  record StreamMultiplex(RoomId room, List<StreamStart> agents, Merge merge) implements ClientFrame {
    public enum Merge {
      INTERLEAVE, SEQUENTIAL, PRIORITY, RACE
    }
  }

  /**
   * @param agentIds whose events are wanted, or null for all
   * @param after the last number that the client has, or null to begin with what comes
   */
  record ProgressSubscribe(String projectId, List<String> agentIds, Long after) implements ClientFrame {}

  /** A type that this server does not know, or does not do yet. */
  record Unknown(String type) implements ClientFrame {}
}
