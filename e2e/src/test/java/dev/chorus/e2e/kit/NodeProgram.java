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

/** A program in Node.js that uses others' packages, out of {@code src/test/resources}: {@code package.json}, its lock file, and {@code client.mjs}. */
public final class NodeProgram {
  private final Path folder;

  private NodeProgram(Path folder) {
    this.folder = folder;
  }

  /** Copies and installs it in {@code folder}. Where there is no npm the test is skipped, but not where everything has to be tested. */
  public static NodeProgram install(String name, Path folder) throws IOException, InterruptedException {
    NodeProgram program = new NodeProgram(folder);
    boolean npm = program.run(Map.of(), "npm", "--version") == 0;
    if (System.getenv("CI") == null && !npm)
      System.out.println("skipped: " + name + " needs Node.js and npm");
    assumeTrue(npm || System.getenv("CI") != null, "Node.js and npm are not installed");
    for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
      try (InputStream in = Objects.requireNonNull(NodeProgram.class.getResourceAsStream("/" + name + "/" + file), file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
    if (program.run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts") != 0)
      throw new AssertionError("npm ci:\n" + program.output());
    return program;
  }

  /** Runs it; 0 is well. */
  public int run(Map<String, String> environment) throws InterruptedException {
    return run(environment, "node", "client.mjs");
  }

  /** What the last run printed. */
  public String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  private int run(Map<String, String> environment, String... command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
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
