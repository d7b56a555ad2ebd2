package dev.chorus.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.ClientProgram;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.UpProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The official clients work as they are: OpenAI's for Node and for Python against {@code /v1}, the AI SDK's chat with resume. */
final class OfficialClientsTest {
  @TempDir
  static Path server;
  private static MockProvider provider;
  private static UpProcess up;
  private static ExecutorService installers;
  private static Future<ClientProgram> openAiForNode;
  private static Future<ClientProgram> openAiForPython;
  private static Future<ClientProgram> aiSdk;

  @BeforeAll
  static void start() throws Exception {
    installers = Executors.newCachedThreadPool();
    openAiForNode = installers.submit(() -> ClientProgram.node("openai", folder("openai")));
    openAiForPython = installers.submit(() -> ClientProgram.python("openai-python", folder("openai-python")));
    aiSdk = installers.submit(() -> ClientProgram.node("ai-sdk", folder("ai-sdk")));
    provider = new MockProvider();
    Path providers = Files.writeString(server.resolve("providers.json"), provider.providerFile());
    up = UpProcess.start(server.resolve("data"), Map.of("MOCK_KEY", "the provider's key"), "--providers", providers.toString());
  }

  @AfterAll
  static void stop() {
    installers.shutdownNow();
    up.close();
    provider.close();
  }

  private static Path folder(String name) throws IOException {
    return Files.createDirectories(server.resolve(name));
  }

  /** As soon as its packages are there. Where they cannot be, the test is skipped. */
  private static ClientProgram installed(Future<ClientProgram> program) throws Exception {
    try {
      return program.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof TestAbortedException skipped)
        throw skipped;
      throw failed;
    }
  }

  @Test
  void openAisClientForNodeWorksAgainstChorus() throws Exception {
    openAisClientWorks(installed(openAiForNode));
  }

  @Test
  void openAisClientForPythonWorksAgainstChorus() throws Exception {
    openAisClientWorks(installed(openAiForPython));
  }

  private static void openAisClientWorks(ClientProgram client) throws Exception {
    int exit = client.run(Map.of("BASE_URL", up.http() + "/v1", "API_KEY", up.tokens().of("openai"), "TEXT", MockProvider.text(12)));
    assertThat(exit).describedAs(client.output() + log()).isZero();
  }

  @Test
  void theChatOfTheAiSdkWorksAgainstChorusAndIsResumed() throws Exception {
    ClientProgram client = installed(aiSdk);
    int before = provider.requests();
    int exit = client.run(Map.of("BASE_URL", up.http().toString(), "API_KEY", up.tokens().of("chatter"), "TEXT", MockProvider.text(12),
        "GATED_TEXT", MockProvider.text(40), "GO_ON", provider.address().resolve("/go-on").toString()));
    assertThat(exit).describedAs(client.output() + log()).isZero();
    // Four questions and one that was refused: whoever resumed asked for nothing.
    assertThat(provider.requests() - before).isEqualTo(4);
  }

  private static String log() throws Exception {
    return Files.readString(server.resolve("data/logs/up.log"));
  }
}
