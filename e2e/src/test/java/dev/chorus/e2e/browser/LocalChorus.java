package dev.chorus.e2e.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chorus.e2e.kit.MockProvider;
import dev.chorus.e2e.kit.Tokens;
import dev.chorus.e2e.kit.UpProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code chorus up} with a provider that stops in the middle of an answer: the model {@code assistant} goes on when it is let,
 * {@code broken} is refused by the provider.
 */
final class LocalChorus implements RunningChorus, AutoCloseable {
  private final MockProvider provider;
  private final UpProcess up;
  private final Tokens tokens;

  private LocalChorus(MockProvider provider, UpProcess up, Tokens tokens) {
    this.provider = provider;
    this.up = up;
    this.tokens = tokens;
  }

  static LocalChorus start(Path folder) throws IOException {
    MockProvider provider = new MockProvider();
    Path providers = folder.resolve("providers.json");
    Files.writeString(providers, providerFile(provider.address()));
    UpProcess up = UpProcess.start(folder.resolve("data"), Map.of("MOCK_KEY", "a-key-of-the-test"), "--providers", providers.toString());
    return new LocalChorus(provider, up, up.tokens());
  }

  private static String providerFile(URI address) throws IOException {
    return new ObjectMapper().writeValueAsString(
        Map.of("providers", List.of(Map.of("name", "mock", "dialect", "openai", "baseUrl", address.toString(), "apiKeyEnv", "MOCK_KEY")),
            "models", List.of(model("assistant", "gated-150"), model("broken", "status-400"))));
  }

  private static Map<String, ?> model(String name, String target) {
    return Map.of("name", name, "targets", List.of(Map.of("provider", "mock", "model", target)));
  }

  @Override
  public URI address() {
    return up.http();
  }

  @Override
  public String token(String user) {
    return tokens.of(user);
  }

  @Override
  public void goOn() {
    provider.goOn();
  }

  @Override
  public void close() {
    up.close();
    provider.close();
  }
}
