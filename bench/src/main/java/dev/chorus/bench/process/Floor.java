package dev.chorus.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A reference server of this module in its own JVM, with the flags that Chorus's nodes run with. It ends with this process, however that ends. */
public final class Floor implements AutoCloseable {
  private static final String WORD = "listening ";
  private final Process process;
  private final int port;

  private Floor(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a main class that says {@code listening PORT}. */
  public static Floor start(Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return new Floor(process, CompletableFuture.supplyAsync(() -> readPort(process)).get(20, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException("the reference server " + main.getSimpleName() + " did not start", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Those of this process, which the launcher gives to Chorus's nodes too, with the nodes' heap: collector and headers do not make the difference. */
  private static List<String> flags() {
    List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    flags.removeIf(flag -> flag.startsWith("-Xmx") || flag.startsWith("-agentlib") || flag.startsWith("-javaagent"));
    flags.add("-Xmx512m");
    return flags;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static int readPort(Process process) {
    try {
      BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(WORD))
          return Integer.parseInt(line.substring(WORD.length()));
      }
      throw new IllegalStateException("its output ended");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
