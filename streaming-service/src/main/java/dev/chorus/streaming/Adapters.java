package dev.chorus.streaming;

import dev.chorus.streaming.anthropic.AnthropicProvider;
import dev.chorus.streaming.bedrock.BedrockProvider;
import dev.chorus.streaming.openai.OpenAiProvider;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.simulated.SimulatedProvider;
import dev.chorus.streaming.thinking.ThinkingProvider;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The adapter of each provider of the file, made when it is first needed. A provider whose entry has changed, or whose limits are other ones for some model, has another adapter;
 * those that were not used for longest are forgotten first.
 */
final class Adapters {
  private static final int MAX_ADAPTERS = 2000;
  private final Vertx vertx;
  private final Clock clock;
  private final Map<ProviderEntry, Provider> adapters = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ProviderEntry, Provider> eldest) {
      return size() > MAX_ADAPTERS;
    }
  };

  Adapters(Vertx vertx, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  Provider of(ProviderEntry entry) {
    return adapters.computeIfAbsent(entry, added -> {
      Provider plain = plain(entry);
      return entry.thinkingTags() ? new ThinkingProvider(plain) : plain;
    });
  }

  private Provider plain(ProviderEntry entry) {
    return switch (entry.dialect()) {
      case OPENAI -> new OpenAiProvider(vertx, clock, entry);
      case ANTHROPIC -> new AnthropicProvider(vertx, clock, entry);
      case BEDROCK -> new BedrockProvider(vertx, clock, entry);
      case SIMULATED -> new SimulatedProvider(vertx, clock, entry.tokensPerSecond());
    };
  }
}
