package dev.chorus.streaming.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Openings on their way to PostgreSQL. At ease each goes at once; while calls are under way the next collect, and go together in one statement: so a thousand that start at once
 * take a few calls. Whoever has waited longer than a starter does fails without being opened. On the service's context.
 */
final class OpeningQueue {
  private static final int UNDER_WAY = 2;
  private static final int MAX_TOGETHER = 100;
  private static final int MAX_WAITING = 5000;
  /** Below what callers on the bus wait for an answer. */
  private static final long PATIENCE_MS = 4000;
  /** A call that does not come back holds up those behind it no longer. What it may have opened nobody runs, and the janitor ends it. */
  static final long CALL_MS = 10_000;
  private final Pool pool;
  private final Clock clock;
  private final int maxPerUser;
  private final long callMs;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private int underWay;

  private record Waiting(OpeningRow row, long since, Promise<Opening> opening) {}

  /** @param callMs how long PostgreSQL may take for a call */
  OpeningQueue(Pool pool, Clock clock, int maxPerUser, long callMs) {
    this.pool = pool;
    this.clock = clock;
    this.maxPerUser = maxPerUser;
    this.callMs = callMs;
  }

  /** @param row without a clientId */
  Future<Opening> open(OpeningRow row) {
    if (queue.size() >= MAX_WAITING)
      return Future.failedFuture(new TimeoutException("too many openings wait for PostgreSQL"));
    Promise<Opening> opening = Promise.promise();
    queue.add(new Waiting(row, clock.millis(), opening));
    next();
    return opening.future();
  }

  private void next() {
    while (underWay < UNDER_WAY && !queue.isEmpty()) {
      List<Waiting> together = take();
      if (together.isEmpty())
        return;
      underWay++;
      call(together).onComplete(done -> {
        underWay--;
        next();
      });
    }
  }

  /** Of one owner, and in the order of users: PostgreSQL lets those near their limit wait for one another, and two calls must not do so crosswise. */
  private List<Waiting> take() {
    List<Waiting> together = new ArrayList<>();
    while (!queue.isEmpty() && together.size() < MAX_TOGETHER) {
      Waiting first = queue.peek();
      if (!together.isEmpty() && !together.getFirst().row.owner().equals(first.row.owner()))
        break;
      queue.poll();
      if (clock.millis() - first.since > PATIENCE_MS)
        first.opening.fail(new TimeoutException("PostgreSQL did not take the opening in time"));
      else
        together.add(first);
    }
    together.sort(Comparator.comparing(waiting -> waiting.row.plan().start().user().value()));
    return together;
  }

  private Future<?> call(List<Waiting> together) {
    if (together.size() == 1)
      return one(together.getFirst());
    List<OpeningRow> rows = together.stream().map(Waiting::row).toList();
    return pool.preparedQuery(OpeningRow.SEVERAL).execute(OpeningRow.arguments(rows, maxPerUser)).timeout(callMs, TimeUnit.MILLISECONDS)
        .onSuccess(made -> answer(together, made))
        .recover(failure -> {
          // What PostgreSQL itself has refused was not done, and one of them may be why.
          if (failure instanceof PgException)
            return apart(together, 0);
          together.forEach(waiting -> waiting.opening.fail(failure));
          return Future.failedFuture(failure);
        });
  }

  private static void answer(List<Waiting> together, RowSet<Row> made) {
    int next = 0;
    for (Row row : made)
      together.get(next++).opening.complete(OpeningRow.outcome(row));
  }

  private Future<RowSet<Row>> apart(List<Waiting> together, int next) {
    return next == together.size() ? Future.succeededFuture() : one(together.get(next)).transform(done -> apart(together, next + 1));
  }

  private Future<Opening> one(Waiting waiting) {
    return pool.preparedQuery(OpeningRow.ONE).execute(waiting.row.arguments(maxPerUser)).timeout(callMs, TimeUnit.MILLISECONDS)
        .map(rows -> OpeningRow.outcome(rows.iterator().next())).onComplete(waiting.opening);
  }
}
