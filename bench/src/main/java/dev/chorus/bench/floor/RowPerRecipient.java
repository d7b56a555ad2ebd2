package dev.chorus.bench.floor;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/**
 * Receipts without Chorus: one row for each message and recipient, which becomes DELIVERED and then READ. It is given every advantage: rows are made, delivered and read in
 * batches of all that came within 200 ms, one statement each, pages keep room for new versions in place, and nobody
 * cleans up behind it.
 */
public final class RowPerRecipient implements AutoCloseable {
  private static final String CREATE = """
      CREATE TABLE bench_receipts (message_id bigint, user_id text, status text NOT NULL, sent_at timestamptz NOT NULL, delivered_at timestamptz,
        read_at timestamptz, PRIMARY KEY (message_id, user_id)) WITH (fillfactor = 50, autovacuum_enabled = off)""";
  private static final String SEND = """
      INSERT INTO bench_receipts (message_id, user_id, status, sent_at)
      SELECT m, 'receipts-reader-' || u, 'SENT', now() FROM generate_series(?, ?) m, generate_series(1, ?) u""";
  private static final String DELIVER = "UPDATE bench_receipts SET status = 'DELIVERED', delivered_at = now() WHERE message_id BETWEEN ? AND ?";
  private static final String READ = "UPDATE bench_receipts SET status = 'READ', read_at = now() WHERE message_id BETWEEN ? AND ?";
  private static final double BATCHES_PER_SECOND = 5;
  private final String url;
  private final int recipients;
  private long last;

  /** A table in the database at {@code url}. */
  public RowPerRecipient(String url, int recipients) throws SQLException {
    this.url = url;
    this.recipients = recipients;
    execute("DROP TABLE IF EXISTS bench_receipts");
    execute(CREATE);
  }

  /** So many messages a second, each read by all recipients; says how many there were. */
  public long run(double perSecond, double seconds) throws SQLException {
    int each = (int) Math.round(perSecond / BATCHES_PER_SECOND);
    int batches = (int) Math.round(seconds * BATCHES_PER_SECOND);
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement send = connection.prepareStatement(SEND);
        PreparedStatement deliver = connection.prepareStatement(DELIVER);
        PreparedStatement read = connection.prepareStatement(READ)) {
      send.setInt(3, recipients);
      long start = System.nanoTime();
      for (int i = 1; i <= batches; i++) {
        for (PreparedStatement statement : new PreparedStatement[]{send, deliver, read}) {
          statement.setLong(1, last + 1);
          statement.setLong(2, last + each);
          statement.executeUpdate();
        }
        last += each;
        long next = start + (long) (i * 1e9 / BATCHES_PER_SECOND);
        if (next > System.nanoTime())
          LockSupport.parkNanos(next - System.nanoTime());
      }
    }
    return (long) each * batches;
  }

  @Override
  public void close() throws SQLException {
    execute("DROP TABLE bench_receipts");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
