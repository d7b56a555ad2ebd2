package dev.chorus.streaming.provider;

import java.util.Map;

/**
 * One provider of the file.
 *
 * @param baseUrl without a slash at its end; null for dialects that need none
 * @param key the secret itself, or null
 * @param tokensPerSecond of the simulated dialect
 */
public record ProviderEntry(String name, Dialect dialect, String baseUrl, String key, int connectTimeoutMs, Timeouts timeouts,
    int maxConcurrent, boolean prefill,
    Map<String, String> headers, double tokensPerSecond) {

  /** The words of the file, in lower case there. */
  public enum Dialect {
    OPENAI, SIMULATED, ANTHROPIC, BEDROCK
  }

  /** Whether the file gives that header a value of its own. */
  public boolean hasHeader(String name) {
    return headers.keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  /** Nothing secret in logs. */
  @Override
  public String toString() {
    return "provider " + name;
  }
}
