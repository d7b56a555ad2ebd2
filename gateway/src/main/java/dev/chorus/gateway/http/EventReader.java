package dev.chorus.gateway.http;

import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamFrames;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import io.vertx.core.buffer.Buffer;

/** Writes a stream as Chorus' own events. */
final class EventReader implements StreamReader {
  private final StreamAnswer answer;
  private final EventFormat format;

  EventReader(StreamAnswer answer, EventFormat format) {
    this.answer = answer;
    this.format = format;
  }

  @Override
  public void attached(Attachment attachment) {
    answer.attached(attachment);
  }

  @Override
  public void opened(Event.StreamOpen open) {
    Buffer out = Buffer.buffer();
    format.append(out, open.epoch(), 0, open);
    answer.write(out);
  }

  @Override
  public void records(StreamBatch batch) {
    Buffer out = Buffer.buffer();
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
    Buffer out = Buffer.buffer();
    format.append(out, "problem", null, problem);
    answer.write(out);
    answer.end();
  }
}
