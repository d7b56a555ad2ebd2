package dev.chorus.streaming;

import dev.chorus.streaming.anthropic.AnthropicProvider;
import dev.chorus.streaming.openai.OpenAiProvider;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderSink;
import dev.chorus.streaming.simulated.SimulatedProvider;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

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
    return byName.computeIfAbsent(entry.name(), name -> switch (entry.dialect()) {
      case OPENAI -> new OpenAiProvider(vertx, clock, entry);
      case SIMULATED -> new SimulatedProvider(vertx, clock, entry.tokensPerSecond());
      case ANTHROPIC -> new AnthropicProvider(vertx, clock, entry);
      case BEDROCK -> (request, sink) -> notBuilt(entry, sink);
    });
  }

  private Generation notBuilt(ProviderEntry entry, ProviderSink sink) {
    AtomicBoolean cancelled = new AtomicBoolean();
    vertx.runOnContext(next -> {
      String dialect = entry.dialect().name().toLowerCase(java.util.Locale.ROOT);
      if (!cancelled.get())
        sink.failed(ProviderFailure.of(ProviderFailure.Cause.NO_CREDENTIALS, "Providers of the dialect " + dialect + " cannot be used yet."));
    });
    return new Generation() {
      @Override
      public void pause() {}

      @Override
      public void resume() {}

      @Override
      public void cancel() {
        cancelled.set(true);
      }
    };
  }
}
