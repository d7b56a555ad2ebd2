package dev.chorus.streaming.log;

import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import io.vertx.pgclient.PgConnectOptions;

/** How this service speaks with PostgreSQL. */
public final class LogConnection {
  private static final String SCHEMA = "streaming";

  private LogConnection() {}

  /** Everything is found by its key. Tables of records begin empty every few minutes and are never analysed: whatever PostgreSQL believes of their size, it is to go by the index. */
  public static PgConnectOptions options(DatabaseConfig database) {
    return Database.connectOptions(database, SCHEMA).addProperty("jit", "off").addProperty("enable_seqscan", "off")
        .addProperty("enable_hashjoin", "off").addProperty("enable_mergejoin", "off");
  }
}
