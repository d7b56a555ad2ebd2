package dev.chorus.delivery;

import dev.chorus.config.Settings;
import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.delivery.lane.LaneLimits;
import dev.chorus.delivery.queue.QueueLimits;
import dev.chorus.delivery.retry.RetryPolicy;
import dev.chorus.protocol.Limits;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;

/**
 * The settings of delivery.
 *
 * @param lanes connections that append; each room belongs to one
 * @param readers connections that read
 * @param patience how long a message may wait for PostgreSQL before its sender is told to try again; below the bus's own timeout
 * @param digest how often gateways are told the heads of what they watch
 * @param retry of messages that were not acked
 * @param queue how much waits for a user
 * @param retention of messages; zero: for ever
 * @param housekeeping how often queues are swept and old messages removed
 * @param contents how large what other services send may be
 */
record DeliveryConfig(DatabaseConfig database, int lanes, int readers, LaneLimits limits, Duration patience, Duration digest,
    RetryPolicy retry, QueueLimits queue, Duration retention, Duration housekeeping, Limits contents) {
  static final String SCHEMA = "delivery";
  /** A batch costs PostgreSQL as much as some thirty messages in it, so all rooms share one: a second lane would halve what goes into each. */
  private static final int LANES = 1;
  private static final int READERS = 8;
  private static final int QUEUE_ROWS = 16_384;
  private static final long QUEUE_BYTES = 64L << 20;
  private static final int BATCH_ROWS = 256;
  private static final long BATCH_BYTES = 1L << 20;
  private static final Duration PATIENCE = Duration.ofMillis(2500);
  private static final Duration DIGEST = Duration.ofSeconds(5);
  private static final long ANSWER_MS = 2000;

  static DeliveryConfig from(Settings settings) {
    LaneLimits limits = new LaneLimits(settings.integer("CHORUS_DELIVERY_QUEUE", QUEUE_ROWS, 1, 1_000_000), QUEUE_BYTES,
        settings.integer("CHORUS_DELIVERY_BATCH", BATCH_ROWS, 1, 4096), BATCH_BYTES, ANSWER_MS);
    Duration digest = Duration.ofMillis(settings.longNumber("CHORUS_DELIVERY_DIGEST_MS", DIGEST.toMillis(), 10, 60_000));
    QueueLimits queue = new QueueLimits(settings.integer("CHORUS_QUEUE_MAX", 1000, 1, 1_000_000),
        Duration.ofSeconds(settings.integer("CHORUS_QUEUE_TTL_SECONDS", 86_400, 1, Integer.MAX_VALUE)));
    return new DeliveryConfig(DatabaseConfig.from(settings), settings.integer("CHORUS_DELIVERY_LANES", LANES, 1, 64),
        settings.integer("CHORUS_DELIVERY_READERS", READERS, 2, 64), limits, PATIENCE, digest, retry(settings), queue,
        Duration.ofDays(settings.integer("CHORUS_RETENTION_DAYS", 0, 0, 36_500)),
        Duration.ofMillis(settings.longNumber("CHORUS_DELIVERY_HOUSEKEEPING_MS", 60_000, 10, Integer.MAX_VALUE)),
        new Limits(settings.integer("CHORUS_MAX_CONTENT_BYTES", Limits.DEFAULT.contentBytes(), 1, 16 << 20), Limits.DEFAULT.metadataBytes(),
            Limits.DEFAULT.clientIdCharacters()));
  }

  private static RetryPolicy retry(Settings settings) {
    return new RetryPolicy(settings.longNumber("CHORUS_DELIVERY_TIMEOUT_MS", 30_000, 1, Integer.MAX_VALUE),
        settings.integer("CHORUS_RETRY_MAX", 5, 0, 1000), settings.longNumber("CHORUS_RETRY_BASE_MS", 1000, 1, Integer.MAX_VALUE),
        settings.longNumber("CHORUS_RETRY_MAX_MS", 60_000, 1, Integer.MAX_VALUE), settings.integer("CHORUS_RETRY_MULTIPLIER", 2, 1, 100));
  }

  /** Of a lane's connection: PostgreSQL gives up a call that nobody waits for any more. */
  PgConnectOptions laneOptions() {
    return options().addProperty("statement_timeout", Long.toString(2 * ANSWER_MS));
  }

  /** Of the readers' connections. */
  PgConnectOptions readerOptions() {
    return Database.byIndex(options()).addProperty("statement_timeout", "5000");
  }

  private PgConnectOptions options() {
    return Database.connectOptions(database, SCHEMA).addProperty("jit", "off");
  }
}
