package dev.chorus.e2e.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.e2e.kit.ClientProgram;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.UpProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official clients work as they are: OpenAI's for Node and for Python against {@code /v1}, the AI SDK's chat with resume. */
final class OfficialClientsTest {
  @TempDir
  Path folder;

  @Test
  void openAisClientForNodeWorksAgainstChorus() throws Exception {
    openAisClientWorks(ClientProgram.node("openai", folder));
  }

  @Test
  void openAisClientForPythonWorksAgainstChorus() throws Exception {
    openAisClientWorks(ClientProgram.python("openai-python", folder));
  }

  private void openAisClientWorks(ClientProgram client) throws Exception {
    try (MockProvider provider = new MockProvider(); UpProcess up = start(provider)) {
      int exit = client.run(Map.of("BASE_URL", up.http() + "/v1", "API_KEY", up.tokens().of("openai"), "TEXT", MockProvider.text(12)));
      assertThat(exit).describedAs(client.output() + log()).isZero();
    }
  }

  @Test
  void theChatOfTheAiSdkWorksAgainstChorusAndIsResumed() throws Exception {
    ClientProgram client = ClientProgram.node("ai-sdk", folder);
    try (MockProvider provider = new MockProvider(); UpProcess up = start(provider)) {
      int exit = client.run(Map.of("BASE_URL", up.http().toString(), "API_KEY", up.tokens().of("chatter"), "TEXT", MockProvider.text(12),
          "SLOW_TEXT", MockProvider.text(40)));
      assertThat(exit).describedAs(client.output() + log()).isZero();
      // Four questions and one that was refused: whoever resumed asked for nothing.
      assertThat(provider.requests()).isEqualTo(4);
    }
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("data/logs/up.log"));
  }

  private UpProcess start(MockProvider provider) throws Exception {
    Path providers = Files.writeString(folder.resolve("providers.json"), provider.providerFile());
    return UpProcess.start(folder.resolve("data"), Map.of("MOCK_KEY", "the provider's key"), "--providers", providers.toString());
  }
}
