package dev.chorus.bench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The PostgreSQL of a cluster: its first process, where it listens, and its owner's password, as the files of the data directory say. */
public record Database(long pid, int port, String password) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int SETTLE_SECONDS = 60;
  private static final String ROOMS = "delivery.rooms, delivery.room_members, delivery.chat_messages, delivery.delivered_ranges, delivery.read_ranges, "
      + "delivery.read_by_all, delivery.delivery_exceptions, delivery.delivery_drops, delivery.delivery_figures";

  /** Where JDBC finds it. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=chorus&password=" + password
        + "&prepareThreshold=1&socketTimeout=" + SETTLE_SECONDS + "&connectTimeout=5";
  }

  /**
   * Forgets all rooms, members and messages; nobody may be connected. Whoever has left without an ack would be swept from then on: what waits for them is dropped, five thousand
   * at a time, and each sender is told, while something else is measured.
   */
  public void clear() throws IOException {
    execute("TRUNCATE " + ROOMS);
    settle();
  }

  /**
   * Has it tidy up behind all that was written so far, so that it does not while something is measured. It takes seconds. What is written to a page for the first time after this
   * goes to the write-ahead log as a whole page: what follows should begin unmeasured.
   */
  public void settle() throws IOException {
    execute("VACUUM (ANALYZE)", "CHECKPOINT");
  }

  private void execute(String... statements) throws IOException {
    try (Connection connection = DriverManager.getConnection(url()); Statement statement = connection.createStatement()) {
      for (String sql : statements)
        statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("PostgreSQL could not be tidied up: " + e.getMessage(), e);
    }
  }

  /** Does not show the password. */
  @Override
  public String toString() {
    return "Database[pid=" + pid + ", port=" + port + "]";
  }

  /** The one that runs in a cluster's data directory. */
  static Database of(Path directory) throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("postgres").resolve("postmaster.pid"));
    String password = Files.readString(directory.resolve("postgres.password")).strip();
    return new Database(Long.parseLong(lines.get(PID_LINE).strip()), Integer.parseInt(lines.get(PORT_LINE).strip()), password);
  }
}
