package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.StreamPage;
import dev.chorus.model.Text;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Usage;
import dev.chorus.streaming.answer.Answer;
import dev.chorus.streaming.log.StoredStream;
import dev.chorus.streaming.log.StreamLog;
import dev.chorus.streaming.recovery.Said;
import io.vertx.core.Future;

/** Reads a stream's log from its beginning into one state; what a reset has voided is not in it. */
final class Description {
  private static final int PAGE = 1000;
  private final StreamLog log;
  private final StoredStream stream;
  private final Said said = new Said();
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
    said.add(record);
    if (record instanceof StreamRecord.End last)
      end = last;
  }

  private DescribedStream described() {
    String status = end != null ? end.status() : stream.status();
    return new DescribedStream(
        new Ack.StreamState(stream.id(), stream.epoch(), status, head, stream.room(), stream.agentId(), stream.model(), said.text(),
            said.reasoning().isEmpty() ? null : said.reasoning(), end == null ? sofar() : end.usage(),
            end == null || end.failure() == null ? null : end.failure().error()),
        stream.starter());
  }

  /** Of one of which all is at hand. */
  static DescribedStream of(StreamPage page) {
    Event.StreamOpen open = page.open();
    Said said = Said.of(page.records());
    StreamRecord.End end = !page.records().isEmpty() && page.records().getLast() instanceof StreamRecord.End last ? last : null;
    long bytes = (long) Text.utf8Length(said.text()) + Text.utf8Length(said.reasoning());
    return new DescribedStream(
        new Ack.StreamState(page.stream(), page.epoch(), page.status(), page.head(), page.room(), open.agentId(), open.model(), said.text(),
            said.reasoning().isEmpty() ? null : said.reasoning(), end == null ? Answer.estimate(0, bytes) : end.usage(),
            end == null || end.failure() == null ? null : end.failure().error()),
        page.starter());
  }

  private Usage sofar() {
    return Answer.estimate(stream.requestBytes(), (long) Text.utf8Length(said.text()) + Text.utf8Length(said.reasoning()));
  }
}
