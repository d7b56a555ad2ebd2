package dev.chorus.e2e.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A program of somebody else's as a process of its own, whose classpath has none of Chorus's services. */
public final class Neighbour implements AutoCloseable {
  private static final Pattern SERVICE = Pattern.compile("/(gateway|delivery-service|presence-service|streaming-service|standalone)/");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private final Process process;
  private final List<String> said = new CopyOnWriteArrayList<>();

  private Neighbour(Process process) {
    this.process = process;
  }

  /** Starts {@code mainClass arguments…} and waits until it has said its first line. */
  public static Neighbour start(String mainClass, String... arguments) throws IOException {
    String classpath = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
        .filter(entry -> !SERVICE.matcher(entry).find()).collect(Collectors.joining(java.io.File.pathSeparator));
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", "-cp", classpath, mainClass));
    command.addAll(List.of(arguments));
    Neighbour neighbour = new Neighbour(new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread.ofPlatform().daemon().start(neighbour::listen);
    neighbour.awaitLine(line -> line.equals("joined"));
    return neighbour;
  }

  private void listen() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine())
        said.add(line);
    } catch (IOException ended) {
      said.add("ended: " + ended.getMessage());
    }
  }

  /** Writes one line to it. */
  public void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line that is like that. */
  public String awaitLine(java.util.function.Predicate<String> wanted) {
    return Await.until(() -> "a line of the neighbour; it said " + said, PATIENCE,
        () -> said.stream().filter(wanted).findFirst().orElse(null));
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(20, TimeUnit.SECONDS))
        process.destroyForcibly();
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
