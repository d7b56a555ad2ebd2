package dev.chorus.streaming.provider;

import java.util.Map;

/**
 * One provider of the file.
 *
 * @param baseUrl without a slash at its end; null for dialects that need none
 * @param key the secret itself, or null
 * @param tokensPerSecond of the simulated dialect
 * @param region of the Bedrock dialect
 * @param api which of a dialect's ways to a model is taken, where it has several; null for the usual one
 * @param thinkingTags whether text between {@code <thinking>} tags is taken for reasoning
 */
public record ProviderEntry(String name, Dialect dialect, String baseUrl, String key, int connectTimeoutMs, Timeouts timeouts,
    int maxConcurrent, boolean prefill,
    Map<String, String> headers, double tokensPerSecond, String region, String api, boolean thinkingTags) {

  /** The words of the file, in lower case there. */
  public enum Dialect {
    OPENAI, SIMULATED, ANTHROPIC, BEDROCK
  }

  /** The same provider with limits of its own for some model. */
  ProviderEntry limited(int connectMs, int concurrent) {
    return new ProviderEntry(name, dialect, baseUrl, key, connectMs, timeouts, concurrent, prefill, headers, tokensPerSecond, region, api,
        thinkingTags);
  }

  /** Models of Bedrock are invoked in their own dialect instead of conversed with. */
  public boolean invokes() {
    return "invoke".equals(api);
  }

  /** The Responses API is used instead of chat completions. */
  public boolean responds() {
    return "responses".equals(api);
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
