package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Who owns streams: lives of nodes, their heartbeat, their fence, and what the dead have left behind. */
public final class Ownership {
  private static final String REGISTER = "INSERT INTO owners (incarnation, node) VALUES ($1, $2)";
  private static final String BEAT = "UPDATE owners SET seen_at = clock_timestamp() WHERE incarnation = $1 AND NOT fenced";
  private static final String OTHERS = "SELECT incarnation, clock_timestamp() - seen_at > $2::bigint * interval '1 millisecond' AS silent FROM owners o"
      + " WHERE (NOT fenced AND node <> ALL ($1)) OR (fenced AND EXISTS (SELECT 1 FROM streams s WHERE s.owner = o.incarnation AND s.status IN ('STREAMING', 'PAUSED')))";
  private static final String FENCE = "UPDATE owners SET fenced = true WHERE incarnation = $1";
  private static final String LEFT = "SELECT " + StoredStream.COLUMNS + ", length(s.request) AS asked,"
      + " (SELECT coalesce(sum(octet_length(r.text)), 0) FROM records r WHERE r.stream_id = s.stream_id AND r.kind < 3) AS bytes"
      + " FROM streams s WHERE s.owner = $1 AND s.status IN ('STREAMING', 'PAUSED')";
  private static final String END_ORPHAN = "SELECT end_orphan($1, $2, $3) AS seq";
  private static final String EXPIRE = "SELECT expire($1, $2, $3) AS streams";
  private static final String FORGET = "DELETE FROM owners o WHERE fenced AND seen_at < $1 AND NOT EXISTS (SELECT 1 FROM streams s WHERE s.owner = o.incarnation)";
  private final Pool pool;

  public Ownership(Pool pool) {
    this.pool = pool;
  }

  /**
   * An owner other than those asked about.
   *
   * @param silent its heartbeat has not been seen for longer than asked
   */
  public record Other(String incarnation, boolean silent) {}

  /**
   * A running stream and what is known of it.
   *
   * @param requestCharacters of what was asked for
   * @param bytes of the text so far
   */
  public record Orphan(StoredStream stream, long requestCharacters, long bytes) {}

  public Future<Void> register(Incarnation self) {
    return pool.preparedQuery(REGISTER).execute(Tuple.of(self.toString(), self.node().value())).mapEmpty();
  }

  /** False: this life has been fenced. */
  public Future<Boolean> beat(Incarnation self) {
    return pool.preparedQuery(BEAT).execute(Tuple.of(self.toString())).map(rows -> rows.rowCount() == 1);
  }

  /** Owners that belong to none of these nodes and are not fenced, and fenced ones that have left running streams. */
  public Future<List<Other>> others(Collection<String> nodes, Duration silence) {
    return pool.preparedQuery(OTHERS).execute(Tuple.of(nodes.toArray(String[]::new), silence.toMillis())).map(rows -> {
      List<Other> others = new ArrayList<>();
      for (Row row : rows)
        others.add(new Other(row.getString("incarnation"), row.getBoolean("silent")));
      return others;
    });
  }

  /** After this, nothing that the owner still tries to write is taken; what it was writing has been taken before this is done. */
  public Future<Void> fence(String incarnation) {
    return pool.preparedQuery(FENCE).execute(Tuple.of(incarnation)).mapEmpty();
  }

  public Future<List<Orphan>> leftBy(String incarnation) {
    return pool.preparedQuery(LEFT).execute(Tuple.of(incarnation)).map(rows -> {
      List<Orphan> orphans = new ArrayList<>();
      for (Row row : rows)
        orphans.add(new Orphan(StoredStream.of(row), row.getInteger("asked") == null ? 0 : row.getInteger("asked"), row.getLong("bytes")));
      return orphans;
    });
  }

  /** Ends a stream of a fenced owner behind its last record. The seq of the end, or null if somebody else ended it. */
  public Future<Long> end(StoredStream orphan, StreamRecord.End end) {
    return pool.preparedQuery(END_ORPHAN).execute(Tuple.of(orphan.id().value(), orphan.owner(), RecordRow.of(end).extra()))
        .map(rows -> rows.iterator().next().getLong("seq"));
  }

  /** Deletes the records of some streams that ended that long ago, and returns of how many. */
  public Future<Integer> expire(long now, Duration ttl, int streams) {
    return pool.preparedQuery(EXPIRE)
        .execute(Tuple.of(at(now - ttl.toMillis()), at(now - Duration.ofHours(Openings.REMEMBERED_HOURS).toMillis()), streams))
        .map(rows -> rows.iterator().next().getInteger("streams"));
  }

  /** Deletes owners that are long gone and have nothing in the log any more. */
  public Future<Void> forget(long now) {
    return pool.preparedQuery(FORGET).execute(Tuple.of(at(now - Duration.ofHours(1).toMillis()))).mapEmpty();
  }

  private static OffsetDateTime at(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }
}
