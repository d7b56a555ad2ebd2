package dev.chorus.streaming.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.chorus.bus.StreamRecord;
import dev.chorus.protocol.Cost;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.StreamMetrics;
import dev.chorus.protocol.ToolDelta;
import dev.chorus.protocol.Usage;
import java.util.List;

/**
 * A record as its columns: the text that most records are stands alone, whatever else one has is JSON.
 *
 * @param kind 0 content, 1 reasoning, 2 tool, 3 notice, 4 end
 */
public record RecordRow(short kind, String text, String extra, String raw) {
  static final short NOTICE = 3;
  static final short END = 4;
  private static final List<StreamRecord.Kind> KINDS = List.of(StreamRecord.Kind.CONTENT, StreamRecord.Kind.REASONING,
      StreamRecord.Kind.TOOL);

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record ChunkExtra(ToolDelta tool, String section) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record NoticeExtra(String notice, Long fromSeq, String provider, Integer attempt) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record EndExtra(String finishReason, StreamRecord.Failure failure, Usage usage, Cost cost, Double confidence,
      StreamMetrics metrics, Event.StreamGroupEnd group) {}

  public static RecordRow of(StreamRecord record) {
    return switch (record) {
      case StreamRecord.Chunk chunk -> {
        boolean plain = chunk.tool() == null && chunk.section() == null;
        yield new RecordRow((short) KINDS.indexOf(chunk.kind()), chunk.text(),
            plain ? null : Json.text(new ChunkExtra(chunk.tool(), chunk.section())), chunk.raw());
      }
      case StreamRecord.Notice notice ->
        new RecordRow(NOTICE, null, Json.text(new NoticeExtra(notice.notice(), notice.fromSeq(), notice.provider(), notice.attempt())),
            null);
      case StreamRecord.End end ->
        new RecordRow(END, end.status(),
            Json.text(new EndExtra(end.finishReason(), end.failure(), end.usage(), end.cost(), end.confidence(),
                end.metrics(), end.group())),
            null);
    };
  }

  StreamRecord record(long seq) {
    return switch (kind) {
      case NOTICE -> {
        NoticeExtra notice = read(NoticeExtra.class);
        yield new StreamRecord.Notice(seq, notice.notice, notice.fromSeq, notice.provider, notice.attempt);
      }
      case END -> {
        EndExtra end = read(EndExtra.class);
        yield new StreamRecord.End(seq, text, end.finishReason, end.failure, end.usage, end.cost, end.confidence, end.metrics, end.group);
      }
      default -> {
        ChunkExtra chunk = extra == null ? new ChunkExtra(null, null) : read(ChunkExtra.class);
        yield new StreamRecord.Chunk(seq, KINDS.get(kind), text, chunk.tool, chunk.section, raw);
      }
    };
  }

  private <T> T read(Class<T> type) {
    try {
      return Json.MAPPER.readValue(extra, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the log cannot be read", e);
    }
  }
}
