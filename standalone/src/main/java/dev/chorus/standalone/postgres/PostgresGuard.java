package dev.chorus.standalone.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small shell that stops PostgreSQL when this process is gone without having done so, even by {@code kill -9}: its standard input then ends. It gives
 * the nodes, which notice the same, a few seconds to finish first.
 */
final class PostgresGuard {
  private static final String SCRIPT = "trap '' INT TERM HUP; read released && exit 0; sleep 8; kill -INT \"$1\"";
  private final Process shell;

  private PostgresGuard(Process shell) {
    this.shell = shell;
  }

  static PostgresGuard start(long serverPid) throws IOException {
    return new PostgresGuard(new ProcessBuilder(command(serverPid))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** In a session of its own where that can be had: who kills a whole process group must not kill its guard with it. */
  private static List<String> command(long serverPid) {
    List<String> shell = List.of("sh", "-c", SCRIPT, "postgres-guard", String.valueOf(serverPid));
    if (!Files.isExecutable(Path.of("/usr/bin/setsid")))
      return shell;
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(shell);
    return command;
  }

  /** The server was stopped in order, or another guard is there. */
  void release() {
    try (var stdin = shell.getOutputStream()) {
      stdin.write('\n');
    } catch (IOException gone) {
      shell.destroyForcibly();
    }
  }
}
