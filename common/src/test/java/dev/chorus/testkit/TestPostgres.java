package dev.chorus.testkit;

import dev.chorus.database.Database;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.database.DatabaseConfig.TlsMode;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL for tests, one per JVM, started by the first who asks and stopped with the JVM; each caller gets a database of its own. */
public final class TestPostgres {
  private static final int WAIT_SECONDS = 60;
  private static final AtomicInteger databases = new AtomicInteger();

  private TestPostgres() {}

  /** The server, in a class of its own so that it starts once, on first use. */
  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        // Nothing here outlives the JVM, so nothing needs to reach the disk. The port is none of those that the system gives to outgoing connections: one could have taken it
        // by the time that the server has been set up.
        return EmbeddedPostgres.builder().setPort(FreePorts.take(1).getFirst()).setPGStartupWait(Duration.ofSeconds(60))
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off").setServerConfig("max_connections", "200").start();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  /** The same of a server that has been up for ten seconds, for whoever judges by that; PostgreSQL itself waits. */
  public static DatabaseConfig freshOfLongUp() {
    return fresh("SELECT pg_sleep(greatest(0, 10 - extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())))");
  }

  /** A new, empty database. */
  public static DatabaseConfig fresh() {
    return fresh("SELECT 1");
  }

  private static DatabaseConfig fresh(String before) {
    String name = "test_" + databases.incrementAndGet();
    try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(before);
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return new DatabaseConfig("localhost", Server.RUNNING.getPort(), name, "postgres", "postgres", TlsMode.DISABLE, Optional.empty());
  }

  /** For what a test itself asks: unlike callers of a product's pool, who are told in time, it waits for a connection as long as a busy machine takes. */
  public static Pool pool(Vertx vertx, DatabaseConfig config, String schema, int size) {
    return pool(vertx, Database.connectOptions(config, schema), size);
  }

  /** The same with options of its own for each connection. */
  public static Pool pool(Vertx vertx, PgConnectOptions connection, int size) {
    PoolOptions patient = new PoolOptions().setMaxSize(size).setConnectionTimeout(WAIT_SECONDS).setConnectionTimeoutUnit(TimeUnit.SECONDS)
        .setShared(false);
    return PgBuilder.pool().with(patient).connectingTo(connection).using(vertx).build();
  }

  /** The value of CHORUS_DATABASE_URL for a database of {@link #fresh()}. */
  public static String url(DatabaseConfig config) {
    return "postgresql://postgres:postgres@localhost:" + config.port() + "/" + config.database() + "?sslmode=disable";
  }
}
