package dev.chorus.standalone.postgres;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The data directory of an embedded PostgreSQL, with the password that was made for it beside it. Commands run in a session of their own, so that
 * Ctrl-C in a terminal does not stop PostgreSQL before those who use it.
 */
final class PostgresDirectory {
  static final String USER = "chorus";
  private static final int COMMAND_SECONDS = 120;
  private final PostgresBinaries binaries;
  private final Path data;
  private final Path passwordFile;
  private final Path log;

  PostgresDirectory(PostgresBinaries binaries, Path directory, Path log) {
    this.binaries = binaries;
    this.data = directory.resolve("postgres").toAbsolutePath();
    this.passwordFile = directory.resolve("postgres.password").toAbsolutePath();
    this.log = log;
  }

  /** Makes the directory if it is not there. An unfinished one, of a start that was cut off, is an error that the user must decide about. */
  void prepare() throws IOException, InterruptedException {
    if (Files.exists(data.resolve("PG_VERSION")))
      return;
    byte[] password = new byte[18];
    new SecureRandom().nextBytes(password);
    Files.deleteIfExists(passwordFile);
    Files.createFile(passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, HexFormat.of().formatHex(password));
    run("initialise its data directory " + data + "; if it is not empty, remove it or name another with --data",
        List.of(binaries.program("initdb"), "-D", data.toString(), "-U", USER, "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-E",
            "UTF8", "--locale=C",
            "--no-instructions"));
  }

  /** Stops a server that an earlier process left running there. */
  void stopOrphan() throws IOException, InterruptedException {
    Optional<Long> pid = runningPid();
    if (pid.isEmpty())
      return;
    run("stop the server that still runs in " + data,
        List.of(binaries.program("pg_ctl"), "stop", "-D", data.toString(), "-m", "fast", "-w", "-t", "30"));
  }

  /** The server as a child of this process. It forces every commit to disk unless told otherwise. */
  Process serve(int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(binaries.program("postgres"), "-D", data.toString()));
    for (String setting : List.of("listen_addresses=127.0.0.1", "port=" + port, "unix_socket_directories=", "fsync=on",
        "max_connections=200",
        "shared_buffers=128MB", "max_wal_senders=0", "wal_level=minimal", "log_min_messages=warning")) {
      command.add("-c");
      command.add(setting);
    }
    return start(command);
  }

  String password() throws IOException {
    return Files.readString(passwordFile).strip();
  }

  private Optional<Long> runningPid() throws IOException {
    Path file = data.resolve("postmaster.pid");
    if (!Files.exists(file))
      return Optional.empty();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]+"))
      return Optional.empty();
    long pid = Long.parseLong(lines.getFirst().strip());
    // The number may have been given to another program since.
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
        .filter(process -> process.info().command().map(path -> path.contains("postgres")).orElse(true))
        .map(ProcessHandle::pid);
  }

  private void run(String purpose, List<String> command) throws IOException, InterruptedException {
    Process process = start(command);
    if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS))
      process.destroyForcibly();
    else if (process.exitValue() == 0)
      return;
    throw new PostgresException("The embedded PostgreSQL could not " + purpose + ". Its log is " + log + ".");
  }

  private Process start(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(PostgresPrivilege.prefix());
    whole.addAll(command);
    File output = log.toFile();
    return new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output)).start();
  }
}
