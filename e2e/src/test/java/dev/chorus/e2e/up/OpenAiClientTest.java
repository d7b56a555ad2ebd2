package dev.chorus.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.UpProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official OpenAI client for Node works against {@code /v1} as it is: streaming, plain, models, and its own exceptions on errors. */
final class OpenAiClientTest {
  @TempDir
  Path folder;

  @Test
  void theOfficialNodeClientWorksAgainstChorus() throws Exception {
    boolean npm = run(folder, Map.of(), "npm", "--version") == 0;
    if (System.getenv("CI") == null && !npm)
      System.out.println("skipped: the official OpenAI client needs Node.js and npm");
    assumeTrue(npm || System.getenv("CI") != null, "Node.js and npm are not installed");
    for (String file : List.of("package.json", "package-lock.json", "client.mjs"))
      copy(file);
    assertThat(run(folder, Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")).describedAs("npm ci").isZero();
    try (MockProvider provider = new MockProvider()) {
      Path providers = Files.writeString(folder.resolve("providers.json"), provider.providerFile());
      try (UpProcess up = UpProcess.start(folder.resolve("data"), Map.of("MOCK_KEY", "the provider's key"), "--providers",
          providers.toString())) {
        int exit = run(folder, Map.of("BASE_URL", up.http() + "/v1", "API_KEY", up.tokens().of("openai"), "TEXT", MockProvider.text(12)),
            "node", "client.mjs");
        assertThat(exit).describedAs("node client.mjs:\n" + Files.readString(folder.resolve("output"))).isZero();
      }
    }
  }

  private void copy(String file) throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/openai/" + file), file)) {
      Files.copy(in, folder.resolve(file));
    }
  }

  private static int run(Path folder, Map<String, String> environment, String... command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return -1;
      }
      return process.exitValue();
    } catch (IOException notInstalled) {
      return 127;
    }
  }
}
