package dev.chorus.streaming.log;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Opens streams in the log: one call decides about idempotency, the limit per user, and the fence. An opening that nobody can repeat does not wait for the disk, which may take longer
 * than all else before the first token; it is kept for a few seconds, and done again when PostgreSQL was lost.
 */
public final class Openings implements Reopening {
  /** How long a clientId is remembered. */
  static final int REMEMBERED_HOURS = 24;
  /** Several times the time in which PostgreSQL flushes what was committed without waiting. */
  private static final long KEPT_MS = 5000;
  private static final int MAX_KEPT = 10_000;
  private final Pool pool;
  private final Clock clock;
  private final int maxPerUser;
  private final OpeningQueue queue;
  private final Deque<Recent> recent = new ArrayDeque<>();

  private record Recent(OpeningRow row, long at) {}

  /** @param maxPerUser streams that a user may have running at once, cluster-wide */
  public Openings(Pool pool, Clock clock, int maxPerUser) {
    this.pool = pool;
    this.clock = clock;
    this.maxPerUser = maxPerUser;
    this.queue = new OpeningQueue(pool, clock, maxPerUser, OpeningQueue.CALL_MS);
  }

  /** Streams that a user may have running at once. */
  public int maxPerUser() {
    return maxPerUser;
  }

  /** @param now milliseconds since the epoch */
  public Future<Opening> open(Incarnation owner, Plan plan, String epoch, String model, String provider, long now) {
    OpeningRow row = new OpeningRow(owner, plan, epoch, model, provider, now);
    if (plan.start().clientId() != null)
      return alone(row, maxPerUser);
    return queue.open(row).onSuccess(outcome -> {
      if (outcome instanceof Opening.Opened)
        keep(new Recent(row, clock.millis()));
    });
  }

  private void keep(Recent opening) {
    recent.add(opening);
    forgetOld();
  }

  private void forgetOld() {
    while (!recent.isEmpty() && (recent.peek().at < clock.millis() - KEPT_MS || recent.size() > MAX_KEPT))
      recent.poll();
  }

  @Override
  public boolean mayHaveLost() {
    forgetOld();
    return !recent.isEmpty();
  }

  @Override
  public Future<Void> again() {
    return again(new ArrayDeque<>(recent));
  }

  /** One after the other: the pool is small, and others wait for it too. */
  private Future<Void> again(Deque<Recent> left) {
    Recent next = left.poll();
    if (next == null)
      return Future.succeededFuture();
    return alone(next.row, Integer.MAX_VALUE).compose(opened -> again(left));
  }

  private Future<Opening> alone(OpeningRow row, int most) {
    return pool.preparedQuery(OpeningRow.ONE).execute(row.arguments(most)).map(rows -> OpeningRow.outcome(rows.iterator().next()));
  }
}
