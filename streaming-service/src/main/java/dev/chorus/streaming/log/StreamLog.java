package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads what is logged: any node may, of any stream. Streams whose records have expired are not there any more. */
public final class StreamLog {
  private static final int MAX_PAGE_CHARACTERS = 512 * 1024;
  private static final int MAX_OF_PROJECT = 500;
  private static final int WHOLE_PAGE = 1000;
  private static final String RUNNING = "s.status IN ('STREAMING', 'PAUSED')";
  private static final String THERE = "(s.ended_at IS NULL OR s.head IS NOT NULL)";
  private static final String ONE = "SELECT " + StoredStream.COLUMNS + " FROM streams s WHERE s.stream_id = $1 AND " + THERE;
  private static final String MANY = "SELECT " + StoredStream.COLUMNS + " FROM streams s WHERE s.stream_id = ANY ($1) AND " + THERE;
  private static final String IN_ROOMS = "SELECT " + StoredStream.COLUMNS
      + " FROM streams s WHERE s.room = ANY ($1) AND s.room IS NOT NULL AND " + RUNNING;
  private static final String OF_PROJECT = "SELECT " + StoredStream.COLUMNS + " FROM streams s WHERE s.project = $1 AND (" + RUNNING
      + " OR s.opened_at > $2) AND " + THERE + " ORDER BY s.opened_at LIMIT " + MAX_OF_PROJECT;
  private static final String PLAN = "SELECT options, request FROM streams WHERE stream_id = $1";
  private static final String OF_KEY = "SELECT " + StoredStream.COLUMNS
      + " FROM streams s WHERE split_part(s.stream_id, '~', 1) = $1 AND " + RUNNING + " ORDER BY s.opened_at DESC LIMIT 100";
  private static final int WHOLE_STREAMS = 16;
  private static final int WHOLE_RECORDS = 8000;
  /** Stream by stream in the order of the key, so that PostgreSQL has no reason to read a whole table, whatever it believes of its size. */
  private static final String WHOLES = "SELECT r.seq, r.kind, r.text, r.extra, r.raw, asked.id FROM unnest($1::text[]) AS asked (id), LATERAL (SELECT seq, kind, text, extra, raw"
      + " FROM records WHERE stream_id = asked.id ORDER BY seq LIMIT " + WHOLE_RECORDS + ") AS r LIMIT " + WHOLE_RECORDS;
  private static final String PAGE = "SELECT seq, kind, text, extra, raw FROM records WHERE stream_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
  private final Pool pool;

  public StreamLog(Pool pool) {
    this.pool = pool;
  }

  public Future<Optional<StoredStream>> find(StreamId stream) {
    return pool.preparedQuery(ONE).execute(Tuple.of(stream.value()))
        .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(StoredStream.of(rows.iterator().next())));
  }

  /** Those of them that there are, in any order. */
  public Future<List<StoredStream>> find(Collection<StreamId> streams) {
    return many(MANY, streams.stream().map(StreamId::value).toArray(String[]::new));
  }

  /** The running streams of those rooms. */
  public Future<List<StoredStream>> running(Collection<RoomId> rooms) {
    return many(IN_ROOMS, rooms.stream().map(RoomId::value).toArray(String[]::new));
  }

  /** The running streams with that key, the newest first. */
  public Future<List<StoredStream>> runningOf(String key) {
    return pool.preparedQuery(OF_KEY).execute(Tuple.of(key)).map(StreamLog::streams);
  }

  private Future<List<StoredStream>> many(String query, String[] keys) {
    if (keys.length == 0)
      return Future.succeededFuture(List.of());
    return pool.preparedQuery(query).execute(Tuple.of(keys)).map(StreamLog::streams);
  }

  private static List<StoredStream> streams(RowSet<Row> rows) {
    List<StoredStream> streams = new ArrayList<>(rows.size());
    for (Row row : rows)
      streams.add(StoredStream.of(row));
    return streams;
  }

  /** The streams of a project that run, and those that were opened after that time. */
  public Future<List<StoredStream>> ofProject(String project, long openedAfter) {
    return pool.preparedQuery(OF_PROJECT)
        .execute(Tuple.of(project, Instant.ofEpochMilli(openedAfter).atOffset(ZoneOffset.UTC))).map(StreamLog::streams);
  }

  /** What was asked for, as far as it is still kept. */
  public Future<Optional<Plan>> plan(StreamId stream) {
    return pool.preparedQuery(PLAN).execute(Tuple.of(stream.value())).map(rows -> {
      if (rows.size() == 0)
        return Optional.empty();
      Row row = rows.iterator().next();
      return Plan.read(row.getString("options"), row.getString("request"));
    });
  }

  /** All records of a stream. */
  public Future<List<StreamRecord>> whole(StreamId stream) {
    return whole(stream, new ArrayList<>());
  }

  /**
   * All records of several streams, read some streams at a time, so that what is in memory stays bounded.
   *
   * @param each hears of each stream once, as soon as it is read: its records, or why they cannot be read now
   */
  public void wholes(List<StreamId> streams, BiConsumer<StreamId, Future<List<StreamRecord>>> each) {
    if (streams.isEmpty())
      return;
    List<StreamId> now = streams.subList(0, Math.min(WHOLE_STREAMS, streams.size()));
    String[] ids = now.stream().map(StreamId::value).toArray(String[]::new);
    pool.preparedQuery(WHOLES).execute(Tuple.of((Object) ids)).onComplete(read -> {
      Map<String, List<Row>> found = new HashMap<>();
      if (read.succeeded())
        for (Row row : read.result())
          found.computeIfAbsent(row.getString(5), id -> new ArrayList<>()).add(row);
      found.values().forEach(rows -> rows.sort(Comparator.comparingLong(row -> row.getLong(0))));
      boolean all = read.succeeded() && read.result().size() < WHOLE_RECORDS;
      for (StreamId stream : now)
        each.accept(stream, all
            ? Future.succeededFuture(records(found.getOrDefault(stream.value(), List.of()), 0, Long.MAX_VALUE))
            : read.failed() ? Future.failedFuture(read.cause()) : whole(stream));
      wholes(streams.subList(now.size(), streams.size()), each);
    });
  }

  private Future<List<StreamRecord>> whole(StreamId stream, List<StreamRecord> sofar) {
    long after = sofar.isEmpty() ? 0 : sofar.getLast().seq();
    return page(stream, after, WHOLE_PAGE).compose(page -> {
      sofar.addAll(page);
      return page.isEmpty() || page.getLast() instanceof StreamRecord.End ? Future.succeededFuture(sofar) : whole(stream, sofar);
    });
  }

  /** Records {@code after + 1 …} without a gap: at most that many, and fewer when they are large. */
  public Future<List<StreamRecord>> page(StreamId stream, long after, int limit) {
    return pool.preparedQuery(PAGE).execute(Tuple.of(stream.value(), after, limit)).map(rows -> records(rows, after, MAX_PAGE_CHARACTERS));
  }

  private static List<StreamRecord> records(Iterable<Row> rows, long after, long maxCharacters) {
    List<StreamRecord> records = new ArrayList<>();
    long characters = 0;
    long last = after;
    for (Row row : rows) {
      // After a crash of PostgreSQL the owner writes again what was lost; until then what stands behind the gap is not there for readers.
      if (row.getLong(0) != last + 1)
        break;
      RecordRow record = new RecordRow(row.getShort(1), row.getString(2), row.getString(3), row.getString(4));
      characters += length(record.text()) + length(record.raw());
      if (characters > maxCharacters && !records.isEmpty())
        break;
      records.add(record.record(++last));
    }
    return records;
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }
}
