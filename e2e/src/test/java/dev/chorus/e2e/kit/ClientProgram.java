package dev.chorus.e2e.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A program that uses others' packages, out of a folder of {@code src/test/resources}: what it needs, with fixed versions, and {@code client.mjs} or {@code client.py}. */
public final class ClientProgram {
  private final Path folder;
  private final List<String> command;

  private ClientProgram(Path folder, List<String> command) {
    this.folder = folder;
    this.command = command;
  }

  /** Copies one in Node.js to {@code folder} and installs its packages there. Where there is no npm the test is skipped, but not where everything has to be tested. */
  public static ClientProgram node(String name, Path folder) throws IOException, InterruptedException {
    ClientProgram program = new ClientProgram(folder, List.of("node", "client.mjs"));
    program.needs("Node.js and npm", name, program.run(Map.of(), List.of("npm", "--version")) == 0);
    program.copy(name, "package.json", "package-lock.json", "client.mjs");
    program.install("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    return program;
  }

  /** The same in Python 3.9 or newer, with an environment of its own. */
  public static ClientProgram python(String name, Path folder) throws IOException, InterruptedException {
    ClientProgram program = new ClientProgram(folder, List.of("python/bin/python", "client.py"));
    program.needs("Python 3 with venv", name, program.run(Map.of(), List.of("python3", "-m", "venv", "python")) == 0);
    program.copy(name, "requirements.txt", "client.py");
    program.install("python/bin/python", "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "-r",
        "requirements.txt");
    return program;
  }

  /** Runs it; 0 is well. */
  public int run(Map<String, String> environment) throws InterruptedException {
    return run(environment, command);
  }

  /** What the last run printed. */
  public String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  private void needs(String what, String name, boolean there) {
    if (System.getenv("CI") == null && !there)
      System.out.println("skipped: " + name + " needs " + what);
    assumeTrue(there || System.getenv("CI") != null, what + " is not installed");
  }

  private void copy(String name, String... files) throws IOException {
    for (String file : files) {
      try (InputStream in = Objects.requireNonNull(ClientProgram.class.getResourceAsStream("/" + name + "/" + file), file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
  }

  private void install(String... installer) throws IOException, InterruptedException {
    if (run(Map.of(), List.of(installer)) != 0)
      throw new AssertionError(String.join(" ", installer) + ":\n" + output());
  }

  private int run(Map<String, String> environment, List<String> words) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      if (!process.waitFor(180, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return -1;
      }
      return process.exitValue();
    } catch (IOException notInstalled) {
      return 127;
    }
  }
}
