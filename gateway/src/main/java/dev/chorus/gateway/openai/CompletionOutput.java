package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamRecord;
import dev.chorus.protocol.Event;

/** What becomes of a stream in an answer of chat completions. */
sealed interface CompletionOutput permits ChunkOutput, WholeOutput {
  void opened(Event.StreamOpen open);

  void chunk(String epoch, StreamRecord.Chunk chunk);

  /** What came after some number is void. */
  void reset(StreamRecord.Notice notice);

  /** The records at hand are done. */
  void flush();

  void completed(String epoch, StreamRecord.End end);

  void failed(OpenAiError error);
}
