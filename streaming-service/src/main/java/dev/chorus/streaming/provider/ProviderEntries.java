package dev.chorus.streaming.provider;

import dev.chorus.streaming.provider.ProviderEntry.Dialect;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads the providers of the provider file. */
final class ProviderEntries {
  private static final int CONNECT_TIMEOUT_MS = 2000;
  private static final int MAX_CONCURRENT = 200;
  private static final double TOKENS_PER_SECOND = 50;

  private ProviderEntries() {}

  static ProviderEntry read(Section entry, Function<String, Optional<String>> secrets) {
    entry.only("name", "dialect", "baseUrl", "apiKeyEnv", "connectTimeoutMs", "firstTokenTimeoutMs", "interChunkTimeoutMs",
        "totalTimeoutMs", "maxConcurrent", "prefill",
        "headers", "region", "endpoint", "api", "thinkingTags", "tokensPerSecond");
    Dialect dialect = dialect(entry);
    return new ProviderEntry(entry.requiredText("name"), dialect, baseUrl(entry, dialect), key(entry, dialect, secrets),
        entry.number("connectTimeoutMs", CONNECT_TIMEOUT_MS, 1), Policies.timeouts(entry, Timeouts.DEFAULT),
        entry.number("maxConcurrent", MAX_CONCURRENT, 1),
        entry.flag("prefill", false), entry.texts("headers"), entry.decimal("tokensPerSecond", TOKENS_PER_SECOND, 0.1),
        region(entry, dialect, secrets),
        api(entry, dialect), entry.flag("thinkingTags", true));
  }

  private static Dialect dialect(Section entry) {
    String word = entry.requiredText("dialect");
    if (word == null)
      return Dialect.SIMULATED;
    for (Dialect dialect : Dialect.values())
      if (dialect.name().toLowerCase(Locale.ROOT).equals(word))
        return dialect;
    entry.problem("has the unknown dialect \"" + word + "\"; known are openai, anthropic, bedrock and simulated.");
    return Dialect.SIMULATED;
  }

  private static String baseUrl(Section entry, Dialect dialect) {
    boolean needed = dialect == Dialect.OPENAI || dialect == Dialect.ANTHROPIC;
    String url = needed ? entry.requiredText("baseUrl") : entry.text(dialect == Dialect.BEDROCK ? "endpoint" : "baseUrl");
    if (url == null)
      return null;
    try {
      URI uri = new URI(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
      }
    } catch (URISyntaxException notAUrl) {
      // Told below, together with what is a URL of another kind.
    }
    entry.problem("has an address that is not an http or https URL such as \"https://host/v1\".");
    return null;
  }

  private static String key(Section entry, Dialect dialect, Function<String, Optional<String>> secrets) {
    String variable = entry.text("apiKeyEnv");
    if (variable == null)
      // A Bedrock API key has a variable of its own, where the AWS tools look for it too.
      return dialect == Dialect.BEDROCK ? value("AWS_BEARER_TOKEN_BEDROCK", secrets).orElse(null) : null;
    Optional<String> key = value(variable, secrets);
    if (key.isEmpty())
      entry.problem("takes its key from the environment variable " + variable + ", which is not set.");
    return key.orElse(null);
  }

  private static Optional<String> value(String variable, Function<String, Optional<String>> secrets) {
    return secrets.apply(variable).map(String::strip).filter(value -> !value.isEmpty());
  }

  private static String region(Section entry, Dialect dialect, Function<String, Optional<String>> secrets) {
    String region = entry.text("region");
    if (region != null || dialect != Dialect.BEDROCK)
      return region;
    Optional<String> fromEnvironment = value("AWS_REGION", secrets).or(() -> value("AWS_DEFAULT_REGION", secrets));
    if (fromEnvironment.isEmpty())
      entry.problem("has no \"region\", and AWS_REGION is not set.");
    return fromEnvironment.orElse("");
  }

  private static String api(Section entry, Dialect dialect) {
    String api = entry.text("api");
    List<String> known = switch (dialect) {
      case OPENAI -> List.of("chat", "responses");
      case BEDROCK -> List.of("converse", "invoke");
      case ANTHROPIC, SIMULATED -> List.of();
    };
    if (api == null || known.contains(api))
      return api;
    entry.problem("has an \"api\" that its dialect does not know; openai knows chat and responses, bedrock knows converse and invoke.");
    return null;
  }
}
