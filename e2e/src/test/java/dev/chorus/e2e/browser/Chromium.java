package dev.chorus.e2e.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A headless Chromium with a profile of its own, which ends with it. */
final class Chromium implements AutoCloseable {
  private static final long START_SECONDS = 60;
  private static final String LISTENING = "DevTools listening on ";
  private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

  private final Process process;
  private final Path profile;
  private final DevTools devTools;

  private Chromium(Process process, Path profile, DevTools devTools) {
    this.process = process;
    this.profile = profile;
    this.devTools = devTools;
  }

  /** Launches the browser of this machine. Where there is none the calling test is skipped with a line that says so, but never where CI is set. */
  static Chromium launch() throws IOException {
    Optional<Path> program = program();
    assumeTrue(program.isPresent() || System.getenv("CI") != null, "Chromium is not installed: the page was not tested in a browser.");
    return launch(program.orElseThrow(() -> new AssertionError("CI needs Chromium to test the page, and there is none.")));
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable).findFirst();
  }

  private static Chromium launch(Path program) throws IOException {
    Path profile = Files.createTempDirectory("chorus-chromium");
    List<String> command = new ArrayList<>(
        List.of(program.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile, "about:blank"));
    Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      return new Chromium(process, profile, new DevTools(address(process)));
    } catch (AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** A new tab at an address. */
  ChromiumPage open(URI address) {
    String target = devTools.call("", "Target.createTarget", Map.of("url", "about:blank", "newWindow", true)).path("targetId").asText();
    String session = devTools.call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true)).path("sessionId").asText();
    return new ChromiumPage(devTools, target, session, address);
  }

  /** Chromium says on its error output where it listens; the rest of that output is read and dropped, so that it never blocks. */
  private static URI address(Process process) {
    CompletableFuture<URI> found = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith(LISTENING))
            found.complete(URI.create(line.substring(LISTENING.length()).trim()));
        }
      } catch (IOException e) {
        found.completeExceptionally(e);
      }
      found.completeExceptionally(new IOException("Chromium ended before it listened"));
    });
    try {
      return found.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("Chromium did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    devTools.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (java.io.UncheckedIOException e) {
      // A child of the browser was still clearing up: what is left lies in the temporary folder.
      profile.toFile().deleteOnExit();
    }
  }
}
