package dev.chorus.bench.floor;

import dev.chorus.bench.load.Histogram;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** What a durable message costs without Chorus: one row, one INSERT, one commit, into a table of its own in the same PostgreSQL. */
public final class PlainInsert implements AutoCloseable {
  private static final String CREATE = "CREATE TABLE bench_floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, room text, content text)";
  private static final String INSERT = "INSERT INTO bench_floor (room, content) VALUES (?, ?)";
  private static final double SLACK_SECONDS = 20;
  private final String url;
  private final String content;

  /** A table in the database at {@code url}. */
  public PlainInsert(String url, int contentLength) throws SQLException {
    this.url = url;
    this.content = "x".repeat(contentLength);
    execute("DROP TABLE IF EXISTS bench_floor");
    execute(CREATE);
  }

  /** Rows a second of so many connections that insert as fast as they can. */
  public double rowsPerSecond(int connections, double seconds) throws SQLException {
    Histogram all = new Histogram();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Histogram>> runs = new ArrayList<>();
      for (int i = 0; i < connections; i++)
        runs.add(threads.submit(() -> commits(Double.POSITIVE_INFINITY, seconds)));
      for (Future<Histogram> run : runs)
        all.add(run.get((long) (seconds + SLACK_SECONDS), TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      throw new SQLException("the plain inserts failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    }
    return all.count() / ((System.nanoTime() - start) / 1e9);
  }

  /** How long single commits take at so many a second. */
  public Histogram commits(double perSecond, double seconds) throws SQLException {
    Histogram commits = new Histogram();
    try (Connection connection = DriverManager.getConnection(url); PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, "room");
      insert.setString(2, content);
      long start = System.nanoTime();
      for (long now = start; now < start + seconds * 1e9; now = System.nanoTime()) {
        insert.executeUpdate();
        commits.record(System.nanoTime() - now);
        long next = start + (long) (commits.count() * 1e9 / perSecond);
        if (next > System.nanoTime())
          LockSupport.parkNanos(next - System.nanoTime());
      }
    }
    return commits;
  }

  @Override
  public void close() throws SQLException {
    execute("DROP TABLE bench_floor");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
