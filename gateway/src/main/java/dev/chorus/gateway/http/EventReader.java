package dev.chorus.gateway.http;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamFrames;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Writes a stream as Chorus' own events. */
final class EventReader implements StreamReader {
  private final StreamAnswer answer;
  private final EventFormat format;
  private final Consumer<StreamRecord.End> refused;
  /** {@code stream:open}, while the status is held back. */
  private Buffer opening = Buffer.buffer();

  private EventReader(StreamAnswer answer, EventFormat format, Consumer<StreamRecord.End> refused) {
    this.answer = answer;
    this.format = format;
    this.refused = refused;
  }

  /** Writes all there is, a failure too. */
  static EventReader of(StreamAnswer answer, EventFormat format) {
    return new EventReader(answer, format, null);
  }

  /** Holds the status back until the first chunk or heartbeat: an end before it that is no success goes to {@code refused}. */
  static EventReader holding(StreamAnswer answer, EventFormat format, Consumer<StreamRecord.End> refused) {
    return new EventReader(answer, format, refused);
  }

  @Override
  public void attached(Attachment attachment) {
    answer.attached(attachment);
  }

  @Override
  public void opened(Event.StreamOpen open) {
    Buffer out = Buffer.buffer();
    format.append(out, open.epoch(), 0, open);
    if (refused != null && !answer.isCommitted())
      opening = out;
    else
      answer.write(out);
  }

  @Override
  public void records(StreamBatch batch) {
    // The first of a stream may say no more than that it is open.
    if (batch.records().isEmpty())
      return;
    if (refused != null && !answer.isCommitted() && !answer.isOver() && batch.records().getFirst() instanceof StreamRecord.End end
        && !end.status().equals("COMPLETED")) {
      answer.close();
      refused.accept(end);
      return;
    }
    Buffer out = opening;
    opening = Buffer.buffer();
    for (StreamFrames.Numbered numbered : StreamFrames.events(batch.stream(), batch.records(), batch.replay())) {
      format.append(out, batch.epoch(), numbered.seq(), numbered.event());
    }
    answer.write(out);
    if (batch.ends())
      answer.end();
  }

  @Override
  public boolean full() {
    return answer.full();
  }

  @Override
  public void lost(Problem problem) {
    Buffer out = opening;
    format.append(out, problem);
    answer.fail(problem, out);
  }
}
