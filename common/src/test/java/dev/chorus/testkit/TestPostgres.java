package dev.chorus.testkit;

import dev.chorus.database.DatabaseConfig;
import dev.chorus.database.DatabaseConfig.TlsMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL for tests, one per JVM, started by the first who asks and stopped with the JVM; each caller gets a database of its own. */
public final class TestPostgres {
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

  /** The value of CHORUS_DATABASE_URL for a database of {@link #fresh()}. */
  public static String url(DatabaseConfig config) {
    return "postgresql://postgres:postgres@localhost:" + config.port() + "/" + config.database() + "?sslmode=disable";
  }
}
