package dev.chorus.bench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The PostgreSQL of a cluster: its first process, where it listens, and its owner's password, as the files of the data directory say. */
public record Database(long pid, int port, String password) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;

  /** Where JDBC finds it. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=chorus&password=" + password
        + "&prepareThreshold=1&socketTimeout=20&connectTimeout=5";
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
