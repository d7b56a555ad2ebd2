package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a stream as {@code data:} lines of chunks up to {@code data: [DONE]}. A failure before the first chunk is left to {@code refused}, so that it becomes a true
 * status; after it the error stands in the stream, and no [DONE] follows.
 */
final class ChunkReader implements StreamReader {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private final StreamAnswer answer;
  private final ChunkFrames frames;
  private final boolean ids;
  private final boolean usage;
  private final Consumer<OpenAiError> refused;
  /** Frames before the first token: with them alone nothing has been said yet that could not become a true status. */
  private Buffer opening = Buffer.buffer();

  /**
   * @param ids each chunk says from where to go on
   * @param usage the client asked for the chunk that says what the answer cost
   */
  ChunkReader(StreamAnswer answer, ChunkFrames frames, boolean ids, boolean usage, Consumer<OpenAiError> refused) {
    this.answer = answer;
    this.frames = frames;
    this.ids = ids;
    this.usage = usage;
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
    Buffer out = Buffer.buffer();
    for (StreamRecord record : batch.records()) {
      switch (record) {
        case StreamRecord.Chunk chunk -> {
          String frame = frames.frame(chunk);
          if (frame != null && (usage || !ChunkFrames.isUsage(chunk)))
            chunk(out, batch.epoch(), chunk, frame);
        }
        case StreamRecord.Notice notice -> {
          // What was said before the reset cannot be taken back in this dialect.
          if (notice.notice().equals("reset")) {
            failed(out, new OpenAiError(502, "The answer broke off and began anew; ask again.", "server_error", null, "unavailable", null));
            return;
          }
        }
        case StreamRecord.End end -> {
          ended(out, batch.epoch(), end);
          return;
        }
      }
    }
    say(out);
  }

  private void chunk(Buffer out, String epoch, StreamRecord.Chunk chunk, String frame) {
    boolean early = out.length() == 0 && !answer.isCommitted() && ChunkFrames.isOpening(chunk);
    append(early ? opening : out, epoch, chunk.seq(), frame);
  }

  /** Writes it behind what was held back, unless there is nothing to say yet. */
  private void say(Buffer out) {
    if (out.length() == 0 && !answer.isCommitted())
      return;
    if (opening.length() == 0) {
      answer.write(out);
      return;
    }
    Buffer held = opening;
    opening = Buffer.buffer();
    answer.write(held.appendBuffer(out));
  }

  private void ended(Buffer out, String epoch, StreamRecord.End end) {
    if (!end.status().equals("COMPLETED")) {
      failed(out, OpenAiError.of(end));
      return;
    }
    for (String frame : frames.endFrames(end, usage))
      append(out, epoch, end.seq(), frame);
    append(out, epoch, end.seq(), "[DONE]");
    say(out);
    answer.end();
  }

  private void failed(Buffer out, OpenAiError error) {
    if (answer.isOver())
      return;
    if (!answer.isCommitted() && out.length() == 0) {
      answer.close();
      refused.accept(error);
    } else {
      say(out.appendBytes(DATA).appendBytes(error.body()).appendBytes(END_OF_EVENT));
      answer.end();
    }
    answer.detach();
  }

  private void append(Buffer out, String epoch, long seq, String frame) {
    if (ids)
      out.appendString("id: ").appendString(epoch).appendString("-").appendString(Long.toString(seq)).appendString("\n");
    out.appendBytes(DATA).appendString(frame).appendBytes(END_OF_EVENT);
  }

  @Override
  public boolean full() {
    return answer.full();
  }

  @Override
  public void lost(Problem problem) {
    failed(Buffer.buffer(), OpenAiError.of(problem));
  }
}
