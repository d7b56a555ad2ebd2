package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.StreamId;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who owns streams: lives of nodes, their heartbeat, their fence, and what the dead have left behind. */
public final class Ownership {
  private static final String REGISTER = "INSERT INTO owners (incarnation, node) VALUES ($1, $2) ON CONFLICT DO NOTHING";
  private static final String BEAT = "UPDATE owners SET seen_at = clock_timestamp() WHERE incarnation = $1 AND NOT fenced";
  private static final String OTHERS = "SELECT incarnation, clock_timestamp() - seen_at > $2::bigint * interval '1 millisecond' AS silent,"
      + " fenced OR clock_timestamp() - seen_at > $3::bigint * interval '1 millisecond' AS missed FROM owners o"
      + " WHERE (NOT fenced AND node <> ALL ($1)) OR (fenced AND EXISTS (SELECT 1 FROM streams s WHERE s.owner = o.incarnation AND s.producer IS NULL AND s.status IN ('STREAMING', 'PAUSED')))";
  private static final String FENCE = "UPDATE owners SET fenced = true WHERE incarnation = $1";
  private static final String LEFT = "SELECT " + StoredStream.COLUMNS + ", s.request, s.options, s.takeovers,"
      + " pg_postmaster_start_time() > o.seen_at - interval '5 seconds' AS unsafe,"
      + " clock_timestamp() - o.seen_at > $2::bigint * interval '1 millisecond' AS stale"
      + " FROM streams s JOIN owners o ON o.incarnation = s.owner WHERE s.owner = $1 AND s.producer IS NULL AND s.status IN ('STREAMING', 'PAUSED')"
      + " AND s.stream_id <> ALL ($3)";
  /** Locked in one order, so that two nodes that adopt the same streams do not wait for each other. */
  private static final String ADOPT = "WITH heir AS (SELECT 1 FROM owners WHERE incarnation = $3 AND NOT fenced FOR SHARE),"
      + " dead AS (SELECT 1 FROM owners WHERE incarnation = $2 AND fenced),"
      + " orphans AS (SELECT stream_id FROM streams WHERE stream_id = ANY ($1) AND owner = $2 AND status IN ('STREAMING', 'PAUSED')"
      + " AND EXISTS (SELECT FROM heir) AND EXISTS (SELECT FROM dead) ORDER BY stream_id FOR UPDATE)"
      + " UPDATE streams s SET owner = $3, takeovers = s.takeovers + 1 FROM orphans o WHERE s.stream_id = o.stream_id RETURNING s.stream_id";
  private static final String PAUSE = "UPDATE streams SET status = $3 WHERE stream_id = $1 AND owner = $2 AND status IN ('STREAMING', 'PAUSED')";
  private static final String ENDED_OF_GROUP = "SELECT s.agent_id, s.group_place, s.status, r.seq, r.kind, r.text, r.extra, r.raw"
      + " FROM streams s JOIN records r ON r.stream_id = s.stream_id AND r.seq = s.head WHERE s.group_id = $1 AND s.ended_at IS NOT NULL";
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
   * @param missed it has missed a heartbeat, or must write nothing more
   */
  public record Other(String incarnation, boolean silent, boolean missed) {}

  /**
   * A running stream whose owner is no more.
   *
   * @param plan what was asked for; empty where it was not kept
   * @param takeovers how often it was taken over before
   * @param unsafe PostgreSQL was started since its owner was last seen: readers may have had records that are lost
   * @param stale its owner was last seen too long ago for anybody to still wait
   */
  public record Orphan(StoredStream stream, Optional<Plan> plan, int takeovers, boolean unsafe, boolean stale) {}

  /** A stream of a group that has ended. */
  public record EndedAgent(String agentId, int place, StreamRecord.End end) {}

  /** Repeating it changes nothing: the first may have been done although nobody heard so. */
  public Future<Void> register(Incarnation self) {
    return pool.preparedQuery(REGISTER).execute(Tuple.of(self.toString(), self.node().value())).mapEmpty();
  }

  /** False: this life has been fenced. */
  public Future<Boolean> beat(Incarnation self) {
    return pool.preparedQuery(BEAT).execute(Tuple.of(self.toString())).map(rows -> rows.rowCount() == 1);
  }

  /** Owners that belong to none of these nodes and are not fenced, and fenced ones that have left running streams. */
  public Future<List<Other>> others(Collection<String> nodes, Duration silence, Duration missed) {
    return pool.preparedQuery(OTHERS).execute(Tuple.of(nodes.toArray(String[]::new), silence.toMillis(), missed.toMillis())).map(rows -> {
      List<Other> others = new ArrayList<>();
      for (Row row : rows)
        others.add(new Other(row.getString("incarnation"), row.getBoolean("silent"), row.getBoolean("missed")));
      return others;
    });
  }

  /** After this, nothing that the owner still tries to write is taken; what it was writing has been taken before this is done. */
  public Future<Void> fence(String incarnation) {
    return pool.preparedQuery(FENCE).execute(Tuple.of(incarnation)).mapEmpty();
  }

  /**
   * The running streams of an owner.
   *
   * @param waits how long after it was last seen somebody may still wait for them
   * @param except these
   */
  public Future<List<Orphan>> leftBy(String incarnation, Duration waits, Collection<StreamId> except) {
    String[] known = except.stream().map(StreamId::value).toArray(String[]::new);
    return pool.preparedQuery(LEFT).execute(Tuple.of(incarnation, waits.toMillis(), known)).map(rows -> {
      List<Orphan> orphans = new ArrayList<>();
      for (Row row : rows)
        orphans.add(
            new Orphan(StoredStream.of(row), Plan.read(row.getString("options"), row.getString("request")), row.getInteger("takeovers"),
                row.getBoolean("unsafe"), row.getBoolean("stale")));
      return orphans;
    });
  }

  /**
   * Takes running streams of a fenced owner over, all that are to be had in one step.
   *
   * @param dead the owner that they had
   * @return those that are ours now; of the others somebody else has become the owner, they have ended, or the new owner is fenced too
   */
  public Future<Set<StreamId>> adopt(Collection<StreamId> orphans, String dead, Incarnation self) {
    if (orphans.isEmpty())
      return Future.succeededFuture(Set.of());
    String[] ids = orphans.stream().map(StreamId::value).toArray(String[]::new);
    return pool.preparedQuery(ADOPT).execute(Tuple.of(ids, dead, self.toString())).map(rows -> {
      Set<StreamId> ours = new HashSet<>();
      for (Row row : rows)
        ours.add(new StreamId(row.getString("stream_id")));
      return ours;
    });
  }

  /** Writes down that a running stream is paused, or is not any more. */
  public Future<Void> pausing(StreamId stream, Incarnation self, boolean paused) {
    return pool.preparedQuery(PAUSE).execute(Tuple.of(stream.value(), self.toString(), paused ? "PAUSED" : "STREAMING")).mapEmpty();
  }

  /** What has ended of a group. */
  public Future<List<EndedAgent>> endedOf(String group) {
    return pool.preparedQuery(ENDED_OF_GROUP).execute(Tuple.of(group)).map(rows -> {
      List<EndedAgent> ended = new ArrayList<>();
      for (Row row : rows)
        if (new RecordRow(row.getShort("kind"), row.getString("text"), row.getString("extra"), row.getString("raw"))
            .record(row.getLong("seq")) instanceof StreamRecord.End end)
          ended.add(new EndedAgent(row.getString("agent_id"), row.getInteger("group_place"), end));
      return ended;
    });
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
