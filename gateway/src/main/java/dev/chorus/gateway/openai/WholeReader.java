package dev.chorus.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Collects a stream for a client who wants the answer whole. */
final class WholeReader implements StreamReader {
  private final StreamAnswer answer;
  private final ChunkFrames frames = new ChunkFrames(false);
  private final Completion completion = new Completion();
  private final BiConsumer<Completion, StreamRecord.End> completed;
  private final Consumer<OpenAiError> refused;

  WholeReader(StreamAnswer answer, BiConsumer<Completion, StreamRecord.End> completed, Consumer<OpenAiError> refused) {
    this.answer = answer;
    this.completed = completed;
    this.refused = refused;
  }

  @Override
  public void attached(Attachment attachment) {
    answer.attached(attachment);
  }

  @Override
  public void opened(Event.StreamOpen open) {
    frames.opened(open);
  }

  @Override
  public void records(StreamBatch batch) {
    for (StreamRecord record : batch.records()) {
      if (record instanceof StreamRecord.Chunk chunk)
        add(frames.frame(chunk));
      else if (record instanceof StreamRecord.End end)
        ended(end);
    }
  }

  private void ended(StreamRecord.End end) {
    if (answer.isOver())
      return;
    answer.close();
    if (!end.status().equals("COMPLETED")) {
      refused.accept(OpenAiError.of(end));
      return;
    }
    frames.endFrames(end, true).forEach(this::add);
    if (!completion.hasUsage() && end.usage() != null)
      completion.usage(ChunkFrames.usage(end.usage()));
    completed.accept(completion, end);
  }

  private void add(String frame) {
    if (frame == null)
      return;
    try {
      completion.add(Json.read(frame));
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("a stored frame is not JSON", notJson);
    }
  }

  @Override
  public boolean full() {
    return false;
  }

  @Override
  public void lost(Problem problem) {
    if (answer.isOver())
      return;
    answer.close();
    refused.accept(OpenAiError.of(problem));
  }
}
