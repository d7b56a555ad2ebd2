package dev.chorus.e2e.kit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A JVM of ours as its own process, with this build's classes. Its output goes to a file, which a failing test shows. */
public final class ChorusProcess implements AutoCloseable {
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  /** This build without these tests: an archive of classes can be made of jars only. */
  static final String CLASSPATH = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
      .filter(entry -> !entry.contains(File.separator + "e2e" + File.separator)).collect(Collectors.joining(File.pathSeparator));
  private final Process process;
  private final Path log;

  private ChorusProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts {@code mainClass arguments…}. */
  public static ChorusProcess start(String mainClass, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    List<String> flags = new ArrayList<>(flags());
    flags.addAll(SharedClasses.flags());
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(flags);
    command.addAll(List.of("-cp", CLASSPATH, mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // The launcher starts its nodes with these, as the script tells it to.
    builder.environment().put("CHORUS_NODE_JVM_FLAGS", String.join(" ", flags));
    builder.environment().putAll(environment);
    return new ChorusProcess(builder.start(), log);
  }

  /** What every JVM under test is started with. */
  static List<String> flags() {
    List<String> flags = new ArrayList<>(List.of(System.getProperty("chorus.jvm", "").trim().split("\\s+", -1)));
    flags.removeIf(String::isEmpty);
    flags.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    return flags;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Everything that it has printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(no output: " + e.getMessage() + ")";
    }
  }

  public void signal(String signal) {
    signal(pid(), signal);
  }

  /** Sends a signal by name, e.g. KILL, STOP, CONT, TERM. */
  public static void signal(long pid, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new AssertionError("cannot send " + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for its end; returns the exit code. */
  public int awaitExit(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
      throw new AssertionError("still running after " + atMost + ":\n" + output());
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
