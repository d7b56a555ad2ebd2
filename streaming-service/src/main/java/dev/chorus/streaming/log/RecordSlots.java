package dev.chorus.streaming.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * The tables that records are in, one for each slot of time: the next is made ahead, and one whose streams have all expired is dropped as a whole. One node at a time does that,
 * on a connection of its own, with locks that neither wait long nor keep anybody from writing.
 */
public final class RecordSlots {
  private static final String ALONE = "SELECT pg_try_advisory_lock(hashtextextended('chorus.streaming.record_slots', 0)) AS alone";
  private static final String ADD = "SELECT add_record_slot($1::bigint * interval '1 millisecond') AS added";
  private static final String SPENT = "SELECT slot, (SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass('streaming.records_' || slot)) AS pending"
      + " FROM spent_record_slot($1) AS slot WHERE slot IS NOT NULL";
  private static final String FORGET = "DELETE FROM record_slots WHERE slot = $1";
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  /** So many slots are there for the time that records are kept. */
  private static final int SLOTS_PER_TTL = 4;
  private static final int MOST_AT_ONCE = 16;
  private static final String LOCK_TIMEOUT = "2s";
  private static final String STATEMENT_TIMEOUT = "30s";
  private final Vertx vertx;
  private final PgConnectOptions options;

  public RecordSlots(Vertx vertx, PgConnectOptions options) {
    this(vertx, options, LOCK_TIMEOUT, STATEMENT_TIMEOUT);
  }

  RecordSlots(Vertx vertx, PgConnectOptions options, String lockTimeout, String statementTimeout) {
    this.vertx = vertx;
    this.options = new PgConnectOptions(options).addProperty("lock_timeout", lockTimeout).addProperty("statement_timeout",
        statementTimeout);
  }

  /** How long a slot is when records are kept so long. */
  public static Duration length(Duration ttl) {
    Duration part = ttl.dividedBy(SLOTS_PER_TTL);
    return part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
  }

  /**
   * Makes the next slot and drops the spent ones, unless another node is at it.
   *
   * @param before milliseconds since the epoch: only slots in which no stream was opened since then are dropped
   */
  public Future<Void> tend(Duration length, long before) {
    return PgConnection.connect(vertx, options)
        .compose(connection -> connection.query(ALONE).execute().compose(rows -> rows.iterator().next().getBoolean("alone")
            ? add(connection, length).compose(added -> drop(connection, before, MOST_AT_ONCE))
            // Whoever is at it does all there is to do.
            : Future.succeededFuture()).eventually(connection::close));
  }

  private static Future<Void> add(PgConnection connection, Duration length) {
    return connection.preparedQuery(ADD).execute(Tuple.of(length.toMillis())).mapEmpty();
  }

  private static Future<Void> drop(PgConnection connection, long before, int most) {
    if (most == 0)
      return Future.succeededFuture();
    return connection.preparedQuery(SPENT).execute(Tuple.of(Instant.ofEpochMilli(before).atOffset(ZoneOffset.UTC))).compose(rows -> {
      if (rows.size() == 0)
        return Future.succeededFuture();
      var row = rows.iterator().next();
      int slot = row.getInteger("slot");
      return detach(connection, slot, row.getBoolean("pending"))
          .compose(detached -> connection.query("DROP TABLE IF EXISTS records_" + slot).execute())
          .compose(dropped -> connection.preparedQuery(FORGET).execute(Tuple.of(slot)))
          .compose(forgotten -> drop(connection, before, most - 1));
    });
  }

  /** @param pending somebody has begun it and not come to its end; null: it is no part of the log any more */
  private static Future<?> detach(PgConnection connection, int slot, Boolean pending) {
    if (pending == null)
      return Future.succeededFuture();
    return connection.query("ALTER TABLE records DETACH PARTITION records_" + slot + (pending ? " FINALIZE" : " CONCURRENTLY")).execute();
  }
}
