package dev.chorus.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Collects a stream for a client who wants the answer whole. Nothing has been said before its end: what is void is left out. */
final class WholeOutput implements CompletionOutput {
  private final StreamAnswer answer;
  private final BiConsumer<Completion, StreamRecord.End> completed;
  private final Consumer<OpenAiError> refused;
  private final List<StreamRecord.Chunk> chunks = new ArrayList<>();
  private Event.StreamOpen open;
  private boolean wasReset;

  WholeOutput(StreamAnswer answer, BiConsumer<Completion, StreamRecord.End> completed, Consumer<OpenAiError> refused) {
    this.answer = answer;
    this.completed = completed;
    this.refused = refused;
  }

  @Override
  public void opened(Event.StreamOpen said) {
    open = said;
  }

  @Override
  public void chunk(String epoch, StreamRecord.Chunk chunk) {
    chunks.add(chunk);
  }

  @Override
  public void reset(StreamRecord.Notice notice) {
    long good = notice.fromSeq() == null ? 0 : notice.fromSeq();
    // Where nothing is kept of it, the frames that follow are one answer's.
    wasReset = good > 0 || wasReset;
    chunks.removeIf(chunk -> chunk.seq() > good);
  }

  @Override
  public void flush() {
    // It is all said at the end.
  }

  @Override
  public void completed(String epoch, StreamRecord.End end) {
    answer.close();
    Completion completion = new Completion();
    ChunkFrames frames = new ChunkFrames(false);
    if (open != null)
      frames.opened(open);
    for (StreamRecord.Chunk chunk : chunks)
      add(completion, frames.frame(wasReset ? withoutRaw(chunk) : chunk));
    frames.endFrames(end, true).forEach(frame -> add(completion, frame));
    completed.accept(completion, end);
  }

  /** The frames of two attempts do not belong together: what they said is put into new ones. */
  private static StreamRecord.Chunk withoutRaw(StreamRecord.Chunk chunk) {
    return new StreamRecord.Chunk(chunk.seq(), chunk.kind(), chunk.text(), chunk.tool(), chunk.section(), null);
  }

  private static void add(Completion completion, String frame) {
    if (frame == null)
      return;
    try {
      completion.add(Json.read(frame));
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("a stored frame is not JSON", notJson);
    }
  }

  @Override
  public void failed(OpenAiError error) {
    answer.close();
    refused.accept(error);
    answer.detach();
  }
}
