package dev.chorus.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux says of a process under /proc. CPU time comes in hundredths of a second, so runs last seconds. */
public record ProcessFigures(long pid) {
  private static final double TICKS_PER_SECOND = 100;
  private static final int JCMD_SECONDS = 20;
  /** Linux keeps fifteen characters of a thread's name. */
  private static final Pattern COMPILER = Pattern.compile("\\(C[12] CompilerThre");
  /** Places in /proc/PID/stat behind the command's closing bracket. */
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  /** The figures of a process that lives. */
  public static ProcessFigures of(long pid) {
    return new ProcessFigures(pid);
  }

  /** CPU seconds of its own threads since it began. */
  public double cpuSeconds() {
    return ticks(USER, SYSTEM);
  }

  /** CPU seconds of a JVM's compilers since it began: of those of their threads that live. */
  public double compilerCpuSeconds() {
    try (Stream<Path> threads = Files.list(file("task"))) {
      return threads.map(thread -> thread.resolve("stat")).mapToLong(ProcessFigures::compilerTicks).sum() / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long compilerTicks(Path stat) {
    try {
      String line = Files.readString(stat);
      return COMPILER.matcher(line).find() ? ticks(line, USER, SYSTEM) : 0;
    } catch (IOException ended) {
      return 0;
    }
  }

  /** CPU seconds of the process, of its descendants, and of those of them that have ended. */
  public double treeCpuSeconds() {
    double seconds = ticks(USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
    try (Stream<ProcessHandle> descendants = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
      for (ProcessHandle child : descendants.toList())
        seconds += ofLiving(child.pid());
    }
    return seconds;
  }

  /** Resident memory in KiB. */
  public double residentKib() {
    try (Stream<String> lines = Files.lines(file("status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks a JVM for a full collection, through the JDK that runs this. */
  public void collectGarbage() throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process call = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run").redirectErrorStream(true).redirectOutput(Redirect.DISCARD)
        .start();
    try {
      if (!call.waitFor(JCMD_SECONDS, TimeUnit.SECONDS))
        call.destroyForcibly();
      else if (call.exitValue() != 0)
        throw new IOException("jcmd could not ask process " + pid + " for a collection");
    } catch (InterruptedException e) {
      call.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes of the objects that are alive in a JVM, found by a full collection, as the JDK that runs this sees them. */
  public double liveHeapBytes() throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process call = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram").redirectErrorStream(true).start();
    try (BufferedReader lines = call.inputReader()) {
      String total = lines.lines().filter(line -> line.startsWith("Total")).findFirst()
          .orElseThrow(() -> new IOException("jcmd could not look at the heap of process " + pid));
      return Long.parseLong(total.substring(total.lastIndexOf(' ') + 1));
    } finally {
      call.destroyForcibly();
    }
  }

  private static double ofLiving(long pid) {
    try {
      return of(pid).ticks(USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
    } catch (UncheckedIOException e) {
      return 0; // It ended meanwhile; its parent's figure has it from now on.
    }
  }

  private double ticks(int... places) {
    try {
      return ticks(Files.readString(file("stat")), places) / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long ticks(String stat, int... places) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int place : places)
      ticks += Long.parseLong(fields[place]);
    return ticks;
  }

  private Path file(String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }
}
