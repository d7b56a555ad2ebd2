package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.ProduceStream;
import dev.chorus.model.StreamId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The log of streams that are generated elsewhere: each step is judged and written in one call, so that a repeat is recognised whoever took the first. */
public final class Production {
  private static final String OPEN = "SELECT open_produced($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS outcome";
  private static final String PRODUCE = "SELECT outcome, record_seq FROM produce($1, $2, $3, $4, $5, $6, $7, $8)";
  private static final String PRODUCE_END = "SELECT outcome, record_seq FROM produce_end($1, $2, $3, $4, $5, $6, $7, $8)";
  private static final String END = "SELECT end_produced($1, $2, $3, $4, $5) AS seq";
  private static final String SOFAR = "SELECT produced_chunks, produced_bytes, opened_at, produced_first_at FROM streams WHERE stream_id = $1";
  /** Steps that come between the counting and the end are counted anew, so often. */
  private static final int MAX_COUNTS = 5;
  private static final long COUNT_AGAIN = -1;
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
    return pool.preparedQuery(PRODUCE).execute(values).map(Production::step);
  }

  private static Step step(RowSet<Row> rows) {
    Row verdict = rows.iterator().next();
    Long seq = verdict.getLong("record_seq");
    return new Step(verdict.getString("outcome"), seq == null ? 0 : seq);
  }

  /**
   * What there is of a stream.
   *
   * @param bytes of its texts
   * @param openedAt milliseconds since the epoch
   * @param firstAt when its first text came, or null
   */
  public record Sofar(long chunks, long bytes, long openedAt, Long firstAt) {}

  /** A stream that is not there has nothing. */
  public Future<Sofar> sofar(StreamId stream) {
    return pool.preparedQuery(SOFAR).execute(Tuple.of(stream.value())).map(rows -> {
      if (rows.size() == 0)
        return new Sofar(0, 0, 0, null);
      Row row = rows.iterator().next();
      OffsetDateTime first = row.getOffsetDateTime("produced_first_at");
      return new Sofar(row.getLong("produced_chunks"), row.getLong("produced_bytes"),
          row.getOffsetDateTime("opened_at").toInstant().toEpochMilli(), first == null ? null : first.toInstant().toEpochMilli());
    });
  }

  /** A step that ends the stream: with the end that {@code made} makes of all there is of it. */
  public Future<Ended> end(Incarnation owner, ProduceStream step, Function<Sofar, StreamRecord.End> made) {
    return end(owner, step, made, MAX_COUNTS);
  }

  /** What became of an end. */
  public record Ended(Step step, StreamRecord.End end) {}

  private Future<Ended> end(Incarnation owner, ProduceStream step, Function<Sofar, StreamRecord.End> made, int counts) {
    return sofar(step.stream()).compose(sofar -> {
      StreamRecord.End end = made.apply(sofar);
      RecordRow row = RecordRow.of(end);
      Tuple values = Tuple.tuple().addString(owner.toString()).addString(step.stream().value()).addString(step.producer())
          .addLong(step.producerEpoch()).addLong(step.producerSeq()).addString(row.text()).addString(row.extra()).addLong(sofar.chunks);
      return pool.preparedQuery(PRODUCE_END).execute(values).map(Production::step).compose(taken -> {
        if (!taken.outcome.equals("again"))
          return Future.succeededFuture(new Ended(taken, end));
        return counts == 0 ? Future.failedFuture("the stream does not come to rest") : end(owner, step, made, counts - 1);
      });
    });
  }

  /** Ends it without its producer; the end with its seq, or null when there was nothing to end. */
  public Future<Ended> end(StreamId stream, Duration silence, Function<Sofar, StreamRecord.End> made) {
    return end(stream, silence, made, MAX_COUNTS);
  }

  private Future<Ended> end(StreamId stream, Duration silence, Function<Sofar, StreamRecord.End> made, int counts) {
    return sofar(stream).compose(sofar -> {
      StreamRecord.End end = made.apply(sofar);
      RecordRow row = RecordRow.of(end);
      return pool.preparedQuery(END).execute(Tuple.of(stream.value(), silence.toMillis(), row.text(), row.extra(), sofar.chunks))
          .map(rows -> rows.iterator().next().getLong("seq")).compose(seq -> {
            if (seq == null)
              return Future.succeededFuture();
            if (seq != COUNT_AGAIN)
              return Future.succeededFuture(new Ended(new Step("done", seq), end));
            return counts == 0 ? Future.failedFuture("the stream does not come to rest") : end(stream, silence, made, counts - 1);
          });
    });
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
