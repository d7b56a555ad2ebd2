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
import java.util.HashMap;
import java.util.Map;

/** The adapter of each provider of the file, made when it is first needed. */
final class Adapters {
  private final Vertx vertx;
  private final Clock clock;
  private final Map<String, Provider> byName = new HashMap<>();

  Adapters(Vertx vertx, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  Provider of(ProviderEntry entry) {
    return byName.computeIfAbsent(entry.name(), name -> {
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
