package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.model.StreamId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The log of streams that are generated elsewhere: each step is judged and written in one call, so that a repeat is recognised whoever took the first. */
public final class Production {
  private static final String OPEN = "SELECT open_produced($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS outcome";
  private static final String PRODUCE = "SELECT outcome, record_seq FROM produce($1, $2, $3, $4, $5, $6, $7, $8)";
  private static final String END = "SELECT end_produced($1, $2, $3, $4) AS seq";
  private static final String SILENT = "SELECT " + StoredStream.COLUMNS
      + " FROM streams s WHERE s.status IN ('STREAMING', 'PAUSED') AND s.producer IS NOT NULL AND s.producer_at < clock_timestamp() - $1::bigint * interval '1 millisecond' LIMIT 100";
  private final Pool pool;
  private final int maxPerUser;

  /** @param maxPerUser streams that a producer, as a user, may have running at once, cluster-wide */
  public Production(Pool pool, int maxPerUser) {
    this.pool = pool;
    this.maxPerUser = maxPerUser;
  }

  /**
   * What became of a step.
   *
   * @param outcome done or repeat; else why not
   * @param seq of its record, where there is one
   */
  public record Step(String outcome, long seq) {}

  /** @param now milliseconds since the epoch */
  public Future<String> open(Incarnation owner, ProduceStream step, String model, long now) {
    Tuple values = Tuple.tuple().addString(owner.toString()).addString(step.stream().value())
        .addString(step.room() == null ? null : step.room().value()).addString(step.stream().word()).addString(model)
        .addString(step.agentId())
        .addOffsetDateTime(Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC)).addString(step.producer()).addLong(step.producerEpoch())
        .addLong(step.producerSeq()).addInteger(maxPerUser);
    return pool.preparedQuery(OPEN).execute(values).map(rows -> rows.iterator().next().getString("outcome"));
  }

  /** @param record what the step adds; its number is given here */
  public Future<Step> take(Incarnation owner, ProduceStream step, StreamRecord record) {
    RecordRow row = RecordRow.of(record);
    Tuple values = Tuple.tuple().addString(owner.toString()).addString(step.stream().value()).addString(step.producer())
        .addLong(step.producerEpoch())
        .addLong(step.producerSeq()).addShort(row.kind()).addString(row.text()).addString(row.extra());
    return pool.preparedQuery(PRODUCE).execute(values).map(rows -> {
      Row verdict = rows.iterator().next();
      Long seq = verdict.getLong("record_seq");
      return new Step(verdict.getString("outcome"), seq == null ? 0 : seq);
    });
  }

  /** Ends it without its producer; the seq of the end, or null when there was nothing to end. */
  public Future<Long> end(StreamId stream, Duration silence, StreamRecord.End end) {
    RecordRow row = RecordRow.of(end);
    return pool.preparedQuery(END).execute(Tuple.of(stream.value(), silence.toMillis(), row.text(), row.extra()))
        .map(rows -> rows.iterator().next().getLong("seq"));
  }

  /** Running ones whose producer was not heard of for so long. */
  public Future<List<StoredStream>> silent(Duration silence) {
    return pool.preparedQuery(SILENT).execute(Tuple.of(silence.toMillis())).map(rows -> {
      List<StoredStream> streams = new ArrayList<>();
      for (Row row : rows)
        streams.add(StoredStream.of(row));
      return streams;
    });
  }
}
