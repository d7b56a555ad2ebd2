package dev.chorus.streaming.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One connection, opened when it is needed and again when it was lost. One batch at a time. */
final class PgWriter implements Writer {
  private static final String APPEND = "SELECT append($1, $2, $3, $4, $5, $6, $7, $8) AS taken";
  private static final String APPEND_FRESH = "SELECT append_fresh($1, $2, $3, $4, $5, $6, $7, $8) AS taken";
  private static final String THERE_ALREADY = "23505";
  private static final long CONNECT_MS = 2000;
  private static final long WRITE_MS = 10_000;
  private final Vertx vertx;
  private final PgConnectOptions options;
  private final Supplier<Incarnation> owner;
  private final Runnable lost;
  private PgConnection connection;
  private boolean closed;

  /** @param lost called when the connection was lost: what PostgreSQL had not flushed may be gone */
  PgWriter(Vertx vertx, PgConnectOptions options, Supplier<Incarnation> owner, Runnable lost) {
    this.vertx = vertx;
    // An end waits for the disk all the same: its statement says so itself.
    this.options = new PgConnectOptions(options).addProperty("synchronous_commit", "off");
    this.owner = owner;
    this.lost = lost;
  }

  @Override
  public Future<Boolean> write(Batch batch) {
    // Whose records they are now: until a connection is there, and until the first try is refused, this life may be fenced and the next have begun.
    String life = owner.get().toString();
    return connected().compose(open -> {
      Future<Boolean> written = batch.fresh() && !batch.isSynchronous()
          ? call(open, APPEND_FRESH, batch, life)
              .recover(failure -> isThere(failure) ? call(open, APPEND, batch, life) : Future.failedFuture(failure))
          : call(open, APPEND, batch, life);
      return written.recover(failure -> {
        if (failure instanceof PgException refused && isAboutData(refused.getSqlState()))
          return Future.failedFuture(new Unstorable(failure));
        open.close();
        return Future.failedFuture(failure);
      });
    });
  }

  private Future<Boolean> call(PgConnection open, String statement, Batch batch, String life) {
    return open.preparedQuery(statement).execute(batch.arguments(life)).timeout(WRITE_MS, TimeUnit.MILLISECONDS)
        .map(rows -> rows.iterator().next().getBoolean("taken"));
  }

  private static boolean isThere(Throwable failure) {
    return failure instanceof PgException refused && THERE_ALREADY.equals(refused.getSqlState());
  }

  private Future<PgConnection> connected() {
    if (connection != null)
      return Future.succeededFuture(connection);
    Future<PgConnection> connecting = PgConnection.connect(vertx, options);
    return connecting.timeout(CONNECT_MS, TimeUnit.MILLISECONDS).map(open -> {
      connection = open;
      // A broken connection is told by its close handler and by what waits for it.
      open.exceptionHandler(broken -> {});
      open.closeHandler(gone -> {
        if (connection != open)
          return;
        connection = null;
        if (!closed)
          lost.run();
      });
      return open;
    }).onFailure(failure -> connecting.onSuccess(late -> {
      if (late != connection)
        late.close();
    }));
  }

  /** 22: data exception, 23: constraint, 54: a limit of PostgreSQL is crossed. */
  private static boolean isAboutData(String state) {
    return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }

  @Override
  public void close() {
    closed = true;
    if (connection != null)
      connection.close();
  }
}
