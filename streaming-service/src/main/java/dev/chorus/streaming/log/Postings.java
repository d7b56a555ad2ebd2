package dev.chorus.streaming.log;

import dev.chorus.model.StreamId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Which finished texts are still to become messages. */
public final class Postings {
  private static final String DUE = "SELECT " + StoredStream.COLUMNS
      + " FROM streams s WHERE s.post = 'due' AND s.status = 'COMPLETED' AND s.ended_at < clock_timestamp() - interval '5 seconds' ORDER BY s.ended_at LIMIT $1";
  private static final String DONE = "UPDATE streams SET post = 'done' WHERE stream_id = $1";
  private final Pool pool;

  public Postings(Pool pool) {
    this.pool = pool;
  }

  /** Completed some seconds ago, and not posted yet; at most so many. */
  public Future<List<StoredStream>> due(int limit) {
    return pool.preparedQuery(DUE).execute(Tuple.of(limit)).map(rows -> {
      List<StoredStream> streams = new ArrayList<>();
      for (Row row : rows)
        streams.add(StoredStream.of(row));
      return streams;
    });
  }

  /** It was posted, or never will be. */
  public Future<Void> done(StreamId stream) {
    return pool.preparedQuery(DONE).execute(Tuple.of(stream.value())).mapEmpty();
  }
}
