package dev.chorus.bench.floor;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How much a PostgreSQL has written to its write-ahead log: what replicas and backups are sent, whoever caused it. */
public record WriteAheadLog(String url) {
  /** Bytes since the cluster was made. */
  public long bytes() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")) {
      result.next();
      return result.getLong(1);
    }
  }

  /** Does not show the password that the address holds. */
  @Override
  public String toString() {
    return "WriteAheadLog";
  }
}
