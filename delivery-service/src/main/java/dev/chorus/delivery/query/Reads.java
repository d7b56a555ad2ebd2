package dev.chorus.delivery.query;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Statements over the pool, each bounded in time. When PostgreSQL cannot be reached they fail with {@code unavailable}; what it says itself stays in the log. */
public final class Reads {
  private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
  private static final int TIMEOUT_MS = 4_000;
  private final Pool pool;

  public Reads(Pool pool) {
    this.pool = pool;
  }

  /** Fails with a {@link Refusal} only. */
  public Future<RowSet<Row>> run(String sql, Object... parameters) {
    return pool.preparedQuery(sql).execute(Tuple.from(parameters)).timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(refusal(cause)));
  }

  /** Does that while no other node does the same; null when another does. A node that dies while it does it lets the next one begin. */
  public <T> Future<T> alone(long key, Supplier<Future<T>> work) {
    return pool.withConnection(connection -> connection.preparedQuery("SELECT pg_try_advisory_lock($1)").execute(Tuple.of(key))
        .compose(rows -> !rows.iterator().next().getBoolean(0)
            ? Future.succeededFuture()
            : work.get().eventually(() -> connection.preparedQuery("SELECT pg_advisory_unlock($1)").execute(Tuple.of(key)))));
  }

  private static Refusal refusal(Throwable cause) {
    if (cause instanceof PgException refused && refused.getSqlState() != null && !isOutage(refused.getSqlState())) {
      LOG.atError().setCause(cause).log("PostgreSQL refused a statement.");
      return Refusal.of(ErrorCode.INTERNAL, "The server could not do this; it has been logged.");
    }
    return Refusal.of(ErrorCode.UNAVAILABLE, "The room cannot be read at the moment; try again.");
  }

  /** Connection, resources, operator, and standing back for others: classes of PostgreSQL's appendix A. */
  private static boolean isOutage(String sqlState) {
    return switch (sqlState.substring(0, 2)) {
      case "08", "25", "40", "53", "55", "57" -> true;
      default -> false;
    };
  }
}
