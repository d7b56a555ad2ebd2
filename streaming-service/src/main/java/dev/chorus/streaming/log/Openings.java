package dev.chorus.streaming.log;

import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.group.Place;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Opens streams in the log: one call decides about idempotency, the limit per user, and the fence. */
public final class Openings {
  /** How long a clientId is remembered. */
  static final int REMEMBERED_HOURS = 24;
  private static final String OPEN = "SELECT * FROM begin_stream($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
  private final Pool pool;
  private final int maxPerUser;

  /** @param maxPerUser streams that a user may have running at once, cluster-wide */
  public Openings(Pool pool, int maxPerUser) {
    this.pool = pool;
    this.maxPerUser = maxPerUser;
  }

  /** Streams that a user may have running at once. */
  public int maxPerUser() {
    return maxPerUser;
  }

  /** @param now milliseconds since the epoch */
  public Future<Opening> open(Incarnation owner, Plan plan, String epoch, String model, String provider, long now) {
    StartStream start = plan.start();
    Place place = plan.place();
    Tuple values = Tuple.tuple().addString(owner.toString()).addString(start.stream().value())
        .addString(start.room() == null ? null : start.room().value())
        .addString(start.user().value()).addString(epoch).addString(model).addString(provider).addString(start.agentId())
        .addString(start.request())
        .addString(start.requestHash()).addString(start.clientId()).addOffsetDateTime(at(now)).addInteger(maxPerUser)
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
