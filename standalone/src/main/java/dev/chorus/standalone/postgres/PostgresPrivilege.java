package dev.chorus.standalone.postgres;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How to start a program of PostgreSQL here. It refuses to run as root; within a user namespace of its own root is nobody. */
final class PostgresPrivilege {
  private PostgresPrivilege() {}

  /** What stands before the command. Each of these programs replaces itself by the next, so that the process started is the server. */
  static List<String> prefix() throws IOException {
    if (!System.getProperty("os.name").equals("Linux"))
      return List.of();
    if (!System.getProperty("user.name").equals("root"))
      return List.of("setsid");
    if (!Namespace.POSSIBLE)
      throw new PostgresException(
          "PostgreSQL does not run as root, and this machine allows no user namespace: start Chorus as another user, or set CHORUS_DATABASE_URL.");
    return List.of("setsid", "unshare", "-U");
  }

  private static final class Namespace {
    static final boolean POSSIBLE = possible();

    private static boolean possible() {
      try {
        Process trial = new ProcessBuilder("unshare", "-U", "true").redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return trial.waitFor(5, TimeUnit.SECONDS) && trial.exitValue() == 0;
      } catch (IOException missing) {
        return false;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
