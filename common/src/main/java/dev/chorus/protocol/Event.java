package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** What the server says on its own account: the {@code data} of each type. The components' names are the wire's field names; null means absent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Event {

  /** The {@code type} on the envelope. */
  String type();

  record Welcome(String connection, UserId user, NodeId node, long heartbeatMs, long at) implements Event {
    @Override
    public String type() {
      return "welcome";
    }
  }

  record Heartbeat(Long at, long serverAt) implements Event {
    @Override
    public String type() {
      return "heartbeat";
    }
  }

  record AuthExpiring(long expiresAt) implements Event {
    @Override
    public String type() {
      return "auth:expiring";
    }
  }

  /** Catch-up ends here; {@code seq} is the last entry sent before it. */
  record RoomSynced(long seq) implements Event {
    @Override
    public String type() {
      return "room:synced";
    }
  }

  record RoomLeft(String reason) implements Event {
    @Override
    public String type() {
      return "room:left";
    }
  }

  /** The last of a connection over HTTP, as a close frame is of a WebSocket: {@code status} is a close code, {@code reconnectInMs} may be null. */
  record Closed(int status, String code, Long reconnectInMs) implements Event {
    @Override
    public String type() {
      return "close";
    }
  }

  /** Entries {@code from} to {@code to} are left out on purpose: dropped, cancelled, or the reader's own. */
  record RoomSkipped(long from, long to) implements Event {
    @Override
    public String type() {
      return "room:skipped";
    }
  }

  /**
   * @param metadata JSON text
   * @param edited by which entry it has become what it is now, or null
   * @param deleted true, or null
   */
  record MessageNew(String messageId, String clientId, UserId sender, String role, String content, String priority, String agentId,
      Long replyTo, @JsonRawValue String metadata, long at, Edited edited, Boolean deleted) implements Event {
    /** The last edit that holds. */
    public record Edited(long seq, long at) {}

    /** A message as it was sent. */
    public MessageNew(String messageId, String clientId, UserId sender, String role, String content, String priority, String agentId,
        Long replyTo, String metadata, long at) {
      this(messageId, clientId, sender, role, content, priority, agentId, replyTo, metadata, at, null, null);
    }

    @Override
    public String type() {
      return "message:new";
    }
  }

  /**
   * @param target the seq of the message
   * @param metadata JSON text, or null where it stays as it was
   */
  record MessageUpdate(String messageId, long target, String content, @JsonRawValue String metadata, UserId by, long at) implements Event {
    @Override
    public String type() {
      return "message:update";
    }
  }

  /** @param target the seq of the message */
  record MessageDelete(String messageId, long target, UserId by, long at) implements Event {
    @Override
    public String type() {
      return "message:delete";
    }
  }

  /** Marks of members that have moved. */
  record Receipt(List<Mark> users) implements Event {
    public record Mark(UserId user, long deliveredSeq, long readSeq, long at) {}

    @Override
    public String type() {
      return "receipt";
    }
  }

  /** Every recipient of everything up to {@code seq} has read it. */
  record ReadByAll(long seq) implements Event {
    @Override
    public String type() {
      return "message:read-by-all";
    }
  }

  /**
   * What has become of the user's own message at one recipient.
   *
   * @param reason why it FAILED: timeout, overflow or expired
   */
  record MessageStatus(String messageId, long seq, UserId user, String status, String reason, long at) implements Event {
    @Override
    public String type() {
      return "message:status";
    }
  }

  /** A drain ends here. */
  record QueueEmpty(long delivered, long dropped) implements Event {
    @Override
    public String type() {
      return "queue:empty";
    }
  }

  record UserJoin(List<Presence> users, long version) implements Event {
    @Override
    public String type() {
      return "user:join";
    }
  }

  record UserLeave(List<Departed> users, long version) implements Event {
    public record Departed(UserId user, @JsonInclude(JsonInclude.Include.NON_NULL) Long lastSeen) {}

    @Override
    public String type() {
      return "user:leave";
    }
  }

  /** What others see of these users has changed; who is in the room has not. */
  record PresenceUpdate(List<Presence> users, long version) implements Event {
    @Override
    public String type() {
      return "presence:update";
    }
  }

  /** In a room of so many people that their coming and going is not told one by one. */
  record PresenceCount(long online, long version) implements Event {
    @Override
    public String type() {
      return "presence:count";
    }
  }

  record CursorUpdate(List<Cursor> cursors) implements Event {
    /** @param gone true: the user's cursor is shown no more, and {@code position} and {@code at} are absent */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cursor(UserId user, Long at, @JsonUnwrapped CursorPosition position, Boolean gone) {}

    @Override
    public String type() {
      return "cursor:update";
    }
  }

  record ActivityUpdate(List<Doing> users) implements Event {
    /** @param details JSON text of an object, or null */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Doing(UserId user, Activity activity, @JsonRawValue String details, long at) {}

    @Override
    public String type() {
      return "activity:update";
    }
  }

  record TypingStart(List<Typist> users) implements Event {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Typist(UserId user, String agentId, Long expiresAt) {}

    @Override
    public String type() {
      return "typing:start";
    }
  }

  record TypingStop(List<TypingStart.Typist> users) implements Event {
    @Override
    public String type() {
      return "typing:stop";
    }
  }

  record StreamOpen(StreamId streamId, String epoch, String agentId, String groupId, String model, String provider, UserId user,
      long at) implements Event {
    @Override
    public String type() {
      return "stream:open";
    }
  }

  /** Chunks {@code from..to} of one kind and section, their text concatenated. */
  record StreamChunk(StreamId streamId, long from, long to, String kind, String text, ToolDelta tool, String section,
      Boolean replay) implements Event {
    @Override
    public String type() {
      return "stream:chunk";
    }
  }

  record StreamNotice(StreamId streamId, long seq, String notice, Long fromSeq, String provider, Integer attempt) implements Event {
    @Override
    public String type() {
      return "stream:notice";
    }
  }

  /** @param confidence from 0 to 1, a guess by the words of the text */
  record StreamEnd(StreamId streamId, long seq, String status, String finishReason, StreamError error, Usage usage, Cost cost,
      Double confidence, StreamMetrics metrics) implements Event {
    @Override
    public String type() {
      return "stream:end";
    }
  }

  /** What became of a group, each by its agentId. */
  record StreamGroupEnd(String groupId, Map<String, String> streams, Map<String, Usage> usage) implements Event {
    @Override
    public String type() {
      return "stream:group-end";
    }
  }

  /**
   * How an agent of a project stands; one that has completed or failed goes out under a type of its own.
   *
   * @param status started, running, waiting, completed or failed
   * @param percentage from 0 to 100
   * @param currentStep a number or a word
   * @param streamId the stream that says so, where it is one
   */
  record AgentProgress(String projectId, String agentId, String status, BigDecimal percentage, JsonNode currentStep, Long totalSteps,
      Long estimatedTimeRemainingMs, Long tokensUsed, BigDecimal cost, String content, String reasoning, BigDecimal confidence,
      String streamId, long at) implements Event {
    @Override
    public String type() {
      return switch (status) {
        case "completed" -> "agent:complete";
        case "failed" -> "agent:error";
        default -> "agent:progress";
      };
    }
  }

  /** @param scores numbers by name */
  record QualityUpdate(String projectId, JsonNode scores, long at) implements Event {
    @Override
    public String type() {
      return "quality:update";
    }
  }
}
