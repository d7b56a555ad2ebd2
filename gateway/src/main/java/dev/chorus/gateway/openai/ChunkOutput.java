package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.protocol.Event;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes a stream as {@code data:} lines of chunks up to {@code data: [DONE]}. A failure before the first chunk is left to {@code refused}, so that it becomes a true
 * status; after it the error stands in the stream, and no [DONE] follows.
 */
final class ChunkOutput implements CompletionOutput {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);
  /** For what stands around the frame. */
  private static final int ROOM = 64;
  private final StreamAnswer answer;
  private final ChunkFrames frames;
  private final boolean ids;
  private final boolean usage;
  private final Consumer<OpenAiError> refused;
  /** Frames before the first token: with them alone nothing has been said yet that could not become a true status. */
  private Buffer opening = Buffer.buffer();
  private Buffer out = Buffer.buffer();

  /**
   * @param ids each chunk says from where to go on
   * @param usage the client asked for the chunk that says what the answer cost
   */
  ChunkOutput(StreamAnswer answer, ChunkFrames frames, boolean ids, boolean usage, Consumer<OpenAiError> refused) {
    this.answer = answer;
    this.frames = frames;
    this.ids = ids;
    this.usage = usage;
    this.refused = refused;
  }

  @Override
  public void opened(Event.StreamOpen open) {
    frames.opened(open);
  }

  @Override
  public void chunk(String epoch, StreamRecord.Chunk chunk) {
    String frame = frames.frame(chunk);
    if (frame == null || (!usage && ChunkFrames.hasNoChoice(chunk)))
      return;
    boolean early = out.length() == 0 && !answer.isCommitted() && ChunkFrames.isOpening(chunk);
    if (out.length() == 0 && !early)
      out = Buffer.buffer(frame.length() + ROOM);
    append(early ? opening : out, epoch, chunk.seq(), frame);
  }

  /** What was said before cannot be taken back in this dialect. */
  @Override
  public void reset(StreamRecord.Notice notice) {
    failed(new OpenAiError(502, "The answer broke off and began anew; ask again.", "server_error", null, "unavailable", null));
  }

  /** Writes it behind what was held back, unless there is nothing to say yet. */
  @Override
  public void flush() {
    if (out.length() == 0 && !answer.isCommitted())
      return;
    Buffer said = opening.length() == 0 ? out : opening.appendBuffer(out);
    opening = Buffer.buffer();
    out = Buffer.buffer();
    answer.write(said);
  }

  @Override
  public void completed(String epoch, StreamRecord.End end) {
    for (String frame : frames.endFrames(end, usage))
      append(out, epoch, end.seq(), frame);
    append(out, epoch, end.seq(), "[DONE]");
    flush();
    answer.end();
  }

  @Override
  public void failed(OpenAiError error) {
    if (!answer.isCommitted() && out.length() == 0) {
      answer.close();
      refused.accept(error);
    } else {
      out.appendBytes(DATA).appendBytes(error.body()).appendBytes(END_OF_EVENT);
      flush();
      answer.end();
    }
    answer.detach();
  }

  private void append(Buffer to, String epoch, long seq, String frame) {
    if (ids)
      to.appendString("id: ").appendString(epoch).appendString("-").appendString(Long.toString(seq)).appendString("\n");
    to.appendBytes(DATA).appendString(frame).appendBytes(END_OF_EVENT);
  }
}
