package dev.chorus.gateway.stream;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamRecord.Chunk;
import dev.chorus.bus.StreamRecord.Kind;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import dev.chorus.protocol.StreamError;
import dev.chorus.protocol.ToolDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Records of a stream as the events of docs/protocol.md section 6. Neighbouring chunks of one kind, section and tool call become one
 * {@code stream:chunk}; nothing is merged across a notice, nor across a number to which the answer may be reset ({@link StreamRecord#RUN}).
 */
public final class StreamFrames {
  private StreamFrames() {}

  /** An event and the last number that it covers. */
  public record Numbered(long seq, Event event) {}

  /** As envelopes of the wire. */
  static List<byte[]> envelopes(StreamId stream, RoomId room, List<StreamRecord> records, boolean replay) {
    List<byte[]> envelopes = new ArrayList<>();
    for (Numbered numbered : events(stream, records, replay))
      envelopes.add(EventCodec.event(numbered.event, room, null));
    return envelopes;
  }

  /** As events, in order. */
  public static List<Numbered> events(StreamId stream, List<StreamRecord> records, boolean replay) {
    List<Numbered> events = new ArrayList<>();
    int at = 0;
    while (at < records.size()) {
      switch (records.get(at)) {
        case Chunk first -> {
          int end = at + 1;
          while (end < records.size() && records.get(end) instanceof Chunk next && belong(first, (Chunk) records.get(end - 1), next))
            end++;
          events.add(new Numbered(records.get(end - 1).seq(), chunk(stream, records.subList(at, end), replay)));
          at = end;
        }
        case StreamRecord.Notice notice -> {
          events.add(new Numbered(notice.seq(),
              new Event.StreamNotice(stream, notice.seq(), notice.notice(), notice.fromSeq(), notice.provider(), notice.attempt())));
          at++;
        }
        case StreamRecord.End end -> {
          events.add(new Numbered(end.seq(), end(stream, end)));
          if (end.group() != null)
            events.add(new Numbered(end.seq(), end.group()));
          at++;
        }
      }
    }
    return events;
  }

  private static boolean belong(Chunk first, Chunk last, Chunk next) {
    if (first.kind() != next.kind() || !Objects.equals(first.section(), next.section()) || next.seq() != last.seq() + 1
        || last.seq() % StreamRecord.RUN == 0)
      return false;
    if (first.kind() != Kind.TOOL)
      return true;
    boolean sameCall = first.tool() != null && next.tool() != null && first.tool().index() == next.tool().index();
    return sameCall && (next.tool().id() == null || next.tool().id().equals(first.tool().id()));
  }

  private static Event chunk(StreamId stream, List<StreamRecord> run, boolean replay) {
    Chunk first = (Chunk) run.getFirst();
    String kind = first.kind().name().toLowerCase(Locale.ROOT);
    StringBuilder text = new StringBuilder();
    for (StreamRecord record : run) {
      Chunk chunk = (Chunk) record;
      String piece = first.kind() != Kind.TOOL ? chunk.text() : chunk.tool() == null ? null : chunk.tool().arguments();
      if (piece != null)
        text.append(piece);
    }
    ToolDelta tool = first.tool() == null
        ? null
        : new ToolDelta(first.tool().index(), first.tool().id(), first.tool().name(), text.toString());
    return new Event.StreamChunk(stream, first.seq(), run.getLast().seq(), kind, first.kind() == Kind.TOOL ? null : text.toString(), tool,
        first.section(),
        replay ? Boolean.TRUE : null);
  }

  private static Event end(StreamId stream, StreamRecord.End end) {
    StreamError error = end.failure() == null ? null : end.failure().error();
    return new Event.StreamEnd(stream, end.seq(), end.status(), end.finishReason(), error, end.usage(), end.cost(),
        end.confidence(), end.metrics());
  }
}
