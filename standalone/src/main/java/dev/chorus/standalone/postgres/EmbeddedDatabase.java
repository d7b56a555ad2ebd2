package dev.chorus.standalone.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own over a kept data directory. While it is open it is started again, on the same port and data, whenever its
 * process ends, by crash or by {@code kill -9}; closing it stops it in order. It listens on the loopback only.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 10;
  private static final long AGAIN_MS = 100;
  private static final long SELDOM_MS = 30_000;

  private final PostgresDirectory directory;
  private final String password;
  private final int port;
  private volatile boolean closing;
  private volatile Process server;
  private PostgresGuard guard;

  private EmbeddedDatabase(PostgresDirectory directory, String password, int port) {
    this.directory = directory;
    this.password = password;
    this.port = port;
  }

  /**
   * Starts PostgreSQL in that directory, which is made at the first time; waits until it answers.
   *
   * @param cache where its programs are unpacked
   * @param port of the loopback, must be free
   */
  public static EmbeddedDatabase start(Path directory, Path cache, int port) throws IOException, InterruptedException {
    Path logs = Files.createDirectories(directory.resolve("logs"));
    PostgresBinaries binaries = PostgresBinaries.unpack(cache);
    PostgresDirectory data = new PostgresDirectory(binaries, directory, logs.resolve("postgres.log").toAbsolutePath());
    data.prepare();
    data.stopOrphan();
    EmbeddedDatabase database = new EmbeddedDatabase(data, data.password(), port);
    database.server = data.serve(port);
    if (!database.answers(START_LIMIT)) {
      database.close();
      throw new PostgresException("The embedded PostgreSQL did not start; its log is " + logs.resolve("postgres.log") + ".");
    }
    database.guard = PostgresGuard.start(database.server.pid());
    Thread watch = new Thread(database::watch, "postgres-watch");
    watch.setDaemon(true);
    watch.start();
    return database;
  }

  /** For CHORUS_DATABASE_URL. */
  public String url() {
    return "postgresql://" + PostgresDirectory.USER + ":" + password + "@127.0.0.1:" + port + "/postgres?sslmode=disable";
  }

  /** Of the server as it runs now. */
  public long pid() {
    return server.pid();
  }

  @Override
  public void close() {
    closing = true;
    Process last = server;
    // SIGINT is PostgreSQL's fast shutdown: it ends connections, writes a checkpoint and leaves; Java can only send SIGTERM, which waits for its clients.
    try {
      if (last.isAlive())
        new ProcessBuilder("kill", "-INT", String.valueOf(last.pid())).start().waitFor(1, TimeUnit.SECONDS);
      if (!last.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
        last.destroyForcibly();
    } catch (IOException failed) {
      last.destroy();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (guard != null)
      guard.release();
  }

  /**
   * Connections and the memory of a killed server can outlive it for a moment, and then the next one refuses to start: so it is tried again,
   * at first after 100 ms, and more and more seldom, down to twice a minute, while it cannot start.
   */
  private void watch() {
    long pause = AGAIN_MS;
    while (!closing) {
      try {
        int exit = server.waitFor();
        if (closing)
          return;
        log.atWarn().addKeyValue("exit", exit).log("PostgreSQL has ended and is started again.");
        server = directory.serve(port);
        guard.release();
        guard = PostgresGuard.start(server.pid());
        if (answers(START_LIMIT)) {
          log.atInfo().addKeyValue("pid", server.pid()).log("PostgreSQL runs again.");
          pause = AGAIN_MS;
        } else {
          TimeUnit.MILLISECONDS.sleep(pause);
          pause = Math.min(2 * pause, SELDOM_MS);
        }
      } catch (IOException failed) {
        log.atError().setCause(failed).log("PostgreSQL could not be started again.");
        return;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean answers(Duration limit) throws InterruptedException {
    Properties properties = new Properties();
    properties.setProperty("user", PostgresDirectory.USER);
    properties.setProperty("password", password);
    properties.setProperty("loginTimeout", "2");
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end && server.isAlive()) {
      try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties)) {
        if (connection.isValid(1))
          return true;
      } catch (SQLException notYet) {
        TimeUnit.MILLISECONDS.sleep(AGAIN_MS / 2);
      }
    }
    return false;
  }
}
