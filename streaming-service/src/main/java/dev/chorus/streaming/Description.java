package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.protocol.Ack;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import io.vertx.core.Future;

/** Reads a stream's log from its beginning into one state. */
final class Description {
  private static final int PAGE = 1000;
  private final StreamLog log;
  private final StoredStream stream;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private StreamRecord.End end;
  private long head;

  Description(StreamLog log, StoredStream stream) {
    this.log = log;
    this.stream = stream;
  }

  Future<DescribedStream> read() {
    return log.page(stream.id(), head, PAGE).compose(records -> {
      records.forEach(this::add);
      return records.isEmpty() || end != null || head >= stream.head() ? Future.succeededFuture(described()) : read();
    });
  }

  private void add(StreamRecord record) {
    head = record.seq();
    switch (record) {
      case StreamRecord.Chunk chunk when chunk.kind() == StreamRecord.Kind.CONTENT -> text.append(chunk.text());
      case StreamRecord.Chunk chunk when chunk.kind() == StreamRecord.Kind.REASONING -> reasoning.append(chunk.text());
      case StreamRecord.End last -> end = last;
      default -> {
        // Tool calls and notices are not part of the text.
      }
    }
  }

  private DescribedStream described() {
    String status = end != null ? end.status() : stream.status();
    return new DescribedStream(
        new Ack.StreamState(stream.id(), stream.epoch(), status, head, stream.room(), stream.agentId(), stream.model(), text.toString(),
            reasoning.isEmpty() ? null : reasoning.toString(), end == null ? null : end.usage(),
            end == null || end.failure() == null ? null : end.failure().error()),
        stream.starter());
  }
}
