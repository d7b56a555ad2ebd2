package dev.chorus.streaming.log;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.group.Place;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Opens streams in the log: one call decides about idempotency, the limit per user, and the fence. An opening that nobody can repeat does not wait for the disk, which may take longer
 * than all else before the first token; it is kept for a few seconds, and done again when PostgreSQL was lost.
 */
public final class Openings implements Reopening {
  /** How long a clientId is remembered. */
  static final int REMEMBERED_HOURS = 24;
  private static final String OPEN = "SELECT * FROM begin_stream($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
  /** Several times the time in which PostgreSQL flushes what was committed without waiting. */
  private static final long KEPT_MS = 5000;
  private static final int MAX_KEPT = 10_000;
  private final Pool pool;
  private final Clock clock;
  private final int maxPerUser;
  private final Deque<Recent> recent = new ArrayDeque<>();

  private record Recent(Incarnation owner, Plan plan, String epoch, String model, String provider, long openedAt, long at) {}

  /** @param maxPerUser streams that a user may have running at once, cluster-wide */
  public Openings(Pool pool, Clock clock, int maxPerUser) {
    this.pool = pool;
    this.clock = clock;
    this.maxPerUser = maxPerUser;
  }

  /** Streams that a user may have running at once. */
  public int maxPerUser() {
    return maxPerUser;
  }

  /** @param now milliseconds since the epoch */
  public Future<Opening> open(Incarnation owner, Plan plan, String epoch, String model, String provider, long now) {
    Future<Opening> opening = open(owner, plan, epoch, model, provider, now, maxPerUser);
    return plan.start().clientId() != null
        ? opening
        : opening.onSuccess(outcome -> {
          if (outcome instanceof Opening.Opened)
            keep(new Recent(owner, plan, epoch, model, provider, now, clock.millis()));
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
    return open(next.owner, next.plan, next.epoch, next.model, next.provider, next.openedAt, Integer.MAX_VALUE)
        .compose(opened -> again(left));
  }

  private Future<Opening> open(Incarnation owner, Plan plan, String epoch, String model, String provider, long now, int most) {
    StartStream start = plan.start();
    Place place = plan.place();
    Tuple values = Tuple.tuple().addString(owner.toString()).addString(start.stream().value())
        .addString(start.room() == null ? null : start.room().value())
        .addString(start.user().value()).addString(epoch).addString(model).addString(provider).addString(start.agentId())
        .addString(start.request())
        .addString(start.requestHash()).addString(start.clientId()).addOffsetDateTime(at(now)).addInteger(most)
        .addOffsetDateTime(at(now - Duration.ofHours(REMEMBERED_HOURS).toMillis()))
        .addString(plan.options()).addString(start.projectId()).addString(place == null ? null : place.group())
        .addInteger(place == null ? null : place.index()).addString(start.post() && start.room() != null ? "due" : null);
    return pool.preparedQuery(OPEN).execute(values).map(rows -> outcome(rows.iterator().next()));
  }

  private static OffsetDateTime at(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  private static Opening outcome(Row row) {
    return switch (row.getString("outcome")) {
      case "opened" -> new Opening.Opened(row.getInteger("record_slot"));
      case "existing" -> new Opening.Existing(new StreamId(row.getString("found_id")), row.getString("found_epoch"));
      case "conflict" -> new Opening.Conflict();
      case "taken" -> new Opening.Taken();
      case "many" -> new Opening.TooMany();
      case "fenced" -> new Opening.Fenced();
      default -> throw new IllegalStateException("unknown outcome " + row.getString("outcome"));
    };
  }
}
