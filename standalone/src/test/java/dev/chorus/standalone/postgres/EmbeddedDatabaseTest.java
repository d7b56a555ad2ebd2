package dev.chorus.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.testkit.Eventually;
import dev.chorus.testkit.FreePorts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
  private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "chorus");

  @TempDir
  Path directory;

  @Test
  void whatWasCommittedIsThereAfterAKillAndAfterAStopAndTheDiskIsForced() throws Exception {
    int port = FreePorts.take(1).getFirst();
    try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, CACHE, port)) {
      execute(database, "CREATE TABLE kept (n int)");
      assertThat(ask(database, "SHOW fsync")).isEqualTo("on");
      for (int n = 1; n <= 3; n++) {
        execute(database, "INSERT INTO kept VALUES (" + n + ")");
        long pid = database.pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Duration back = Eventually.await("PostgreSQL is back", Duration.ofSeconds(60), () -> database.pid() != pid && accepts(database));
        System.out.println("PostgreSQL was back " + back.toMillis() + " ms after its process was killed.");
        assertThat(ask(database, "SELECT count(*) FROM kept")).isEqualTo(String.valueOf(n));
      }
    }
    try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, CACHE, port)) {
      assertThat(ask(database, "SELECT sum(n) FROM kept")).isEqualTo("6");
    }
  }

  private static boolean accepts(EmbeddedDatabase database) {
    try {
      return ask(database, "SELECT 1").equals("1");
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static Connection connect(EmbeddedDatabase database) throws SQLException {
    String url = database.url();
    String[] account = url.substring("postgresql://".length(), url.indexOf('@')).split(":", 2);
    return DriverManager.getConnection("jdbc:postgresql://" + url.substring(url.indexOf('@') + 1), account[0], account[1]);
  }
}
