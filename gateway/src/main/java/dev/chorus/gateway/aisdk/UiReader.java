package dev.chorus.gateway.aisdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Attachment;
import dev.chorus.gateway.stream.StreamBatch;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Json;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a stream as {@code data:} lines of parts up to {@code data: [DONE]}. A failure before the first of its records is left to {@code refused}, so that it becomes a true
 * status; after it the error part ends the answer, and no [DONE] follows.
 */
final class UiReader implements StreamReader {
  private final StreamAnswer answer;
  private final Consumer<StreamRecord.End> refused;
  private final UiParts parts = new UiParts();
  private Buffer opening = Buffer.buffer();

  UiReader(StreamAnswer answer, Consumer<StreamRecord.End> refused) {
    this.answer = answer;
    this.refused = refused;
  }

  @Override
  public void attached(Attachment attachment) {
    answer.attached(attachment);
  }

  @Override
  public void opened(Event.StreamOpen open) {
    append(opening, parts.begin(ChatStreams.messageId(open.streamId())));
  }

  @Override
  public void records(StreamBatch batch) {
    // The first of a stream may say no more than that it is open.
    if (answer.isOver() || batch.records().isEmpty())
      return;
    if (!answer.isCommitted() && batch.records().getFirst() instanceof StreamRecord.End end && !end.status().equals("COMPLETED")) {
      answer.close();
      refused.accept(end);
      return;
    }
    say(parts.of(batch.records()), batch.ends());
  }

  private void say(List<ObjectNode> more, boolean ends) {
    Buffer out = opening;
    opening = Buffer.buffer();
    boolean failed = !more.isEmpty() && more.getLast().path("type").asText().equals("error");
    append(out, more);
    if (ends && !failed)
      out.appendString("data: [DONE]\n\n");
    answer.write(out);
    if (!parts.isOver())
      return;
    answer.end();
    answer.detach();
  }

  private static void append(Buffer out, List<ObjectNode> parts) {
    for (ObjectNode part : parts)
      out.appendString("data: ").appendBytes(Json.bytes(part)).appendString("\n\n");
  }

  @Override
  public boolean full() {
    return answer.full();
  }

  @Override
  public void lost(Problem problem) {
    if (!answer.isOver())
      say(parts.lost(problem.message()), true);
  }
}
