package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;

/** Reads a stream for a client of chat completions: hands its chunks to whoever writes the answer, and judges its end. */
final class CompletionReader implements StreamReader {
  private final StreamAnswer answer;
  private final CompletionOutput output;

  CompletionReader(StreamAnswer answer, CompletionOutput output) {
    this.answer = answer;
    this.output = output;
  }

  @Override
  public void attached(Attachment attachment) {
    answer.attached(attachment);
  }

  @Override
  public void opened(Event.StreamOpen open) {
    output.opened(open);
  }

  @Override
  public void records(StreamBatch batch) {
    for (StreamRecord record : batch.records()) {
      if (answer.isOver())
        return;
      switch (record) {
        case StreamRecord.Chunk chunk -> output.chunk(batch.epoch(), chunk);
        case StreamRecord.Notice notice when notice.notice().equals("reset") -> output.reset(notice);
        case StreamRecord.Notice notice -> {
          // The dialect has no words for it.
        }
        case StreamRecord.End end when end.status().equals("COMPLETED") -> output.completed(batch.epoch(), end);
        case StreamRecord.End end -> output.failed(OpenAiError.of(end));
      }
    }
    if (!answer.isOver())
      output.flush();
  }

  @Override
  public boolean full() {
    return answer.full();
  }

  @Override
  public void lost(Problem problem) {
    if (!answer.isOver())
      output.failed(OpenAiError.of(problem));
  }
}
