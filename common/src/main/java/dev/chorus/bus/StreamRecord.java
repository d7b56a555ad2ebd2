package dev.chorus.bus;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.chorus.protocol.Cost;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.StreamError;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;

/** One row of a stream's log: numbered 1, 2, 3 …; the last one is the only {@link End}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({@JsonSubTypes.Type(value = StreamRecord.Chunk.class, name = "chunk"),
    @JsonSubTypes.Type(value = StreamRecord.Notice.class, name = "notice"),
    @JsonSubTypes.Type(value = StreamRecord.End.class, name = "end")})
public sealed interface StreamRecord {
  /** Chunks are never shown merged across a number that this divides, so that a reset to it is right for every reader, however their chunks were merged. */
  int RUN = 16;

  long seq();

  enum Kind {
    CONTENT, REASONING, TOOL
  }

  /**
   * A piece of the answer.
   *
   * @param text of a content or reasoning chunk; empty where the provider's frame held none
   * @param tool of a tool chunk, else null
   * @param section its name, or null
   * @param raw the provider's own frame as JSON text, in the OpenAI chat-completions form; null unless the stream was started with {@code raw}, and on all but the first record of a frame
   */
  record Chunk(long seq, Kind kind, String text, ToolDelta tool, String section, String raw) implements StreamRecord {}

  /**
   * Something that readers must know: failover, continued, reset, paused, resumed.
   *
   * @param fromSeq of a reset: what came after that seq is void
   */
  record Notice(long seq, String notice, Long fromSeq, String provider, Integer attempt) implements StreamRecord {}

  /**
   * The end.
   *
   * @param status COMPLETED, FAILED or CANCELLED
   * @param failure why, when FAILED
   * @param usage of all attempts together
   * @param confidence from 0 to 1, or null where there is no text to judge
   * @param group what became of the group, on the end of its last stream; else null
   */
  record End(long seq, String status, String finishReason, Failure failure, Usage usage, Cost cost, Double confidence,
      StreamMetrics metrics, Event.StreamGroupEnd group) implements StreamRecord {
    public End(long seq, String status, String finishReason, Failure failure, Usage usage, Cost cost, StreamMetrics metrics) {
      this(seq, status, finishReason, failure, usage, cost, null, metrics, null);
    }
  }

  /**
   * Why a stream failed, enough for every dialect's error body.
   *
   * @param error what sockets see
   * @param httpStatus for a reader that has not had its status yet
   * @param type of an OpenAI error body, e.g. {@code invalid_request_error}
   * @param code of an OpenAI error body, e.g. {@code model_not_found}, or null
   * @param param of an OpenAI error body, or null
   * @param retryAfterMs to hand on, or null
   */
  record Failure(StreamError error, int httpStatus, String type, String code, String param, Long retryAfterMs) {}
}
