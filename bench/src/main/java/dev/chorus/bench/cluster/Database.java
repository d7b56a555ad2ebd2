package dev.chorus.bench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The PostgreSQL of a cluster: its first process and where it listens, as its own {@code postmaster.pid} says. */
public record Database(long pid, int port) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int DEPTH = 5;

  /** Where JDBC finds it; the embedded one trusts connections from this machine. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&prepareThreshold=1&socketTimeout=20&connectTimeout=5";
  }

  /** The one whose data lie somewhere under a directory. */
  static Database under(Path directory) throws IOException {
    try (Stream<Path> files = Files.find(directory, DEPTH, (path, attributes) -> path.endsWith("postmaster.pid"))) {
      Path file = files.findFirst().orElseThrow(() -> new IOException("no PostgreSQL runs under the data directory"));
      List<String> lines = Files.readAllLines(file);
      return new Database(Long.parseLong(lines.get(PID_LINE).strip()), Integer.parseInt(lines.get(PORT_LINE).strip()));
    }
  }
}
