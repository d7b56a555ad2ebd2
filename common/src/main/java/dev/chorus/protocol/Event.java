package dev.chorus.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
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

  /** @param metadata JSON text */
  record MessageNew(String messageId, String clientId, UserId sender, String role, String content, String priority, String agentId,
      Long replyTo,
      @JsonRawValue String metadata, long at) implements Event {
    @Override
    public String type() {
      return "message:new";
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

  /** A piece of a tool call, as the provider streams it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ToolDelta(int index, String id, String name, String arguments) {}

  record StreamNotice(StreamId streamId, long seq, String notice, Long fromSeq, String provider, Integer attempt) implements Event {
    @Override
    public String type() {
      return "stream:notice";
    }
  }

  /** @param confidence from 0 to 1, a guess by the words of the text */
  record StreamEnd(StreamId streamId, long seq, String status, String finishReason, StreamError error, Usage usage, Cost cost,
      Double confidence, Metrics metrics) implements Event {
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

  /** Why a stream failed, for its readers: never a provider's key or address. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StreamError(String code, String message, boolean retryable) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Usage(long promptTokens, long completionTokens, long totalTokens, Boolean estimated) {}

  record Cost(double amount, String currency) {}

  /** @param firstTokenMs absent when there was no token */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Metrics(Long firstTokenMs, long durationMs, long chunks, long bytes, int attempts, int failovers, long throttledMs) {}
}
