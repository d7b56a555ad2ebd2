package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord.End;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The metrics of generation by the names of OpenTelemetry's semantic conventions for generative AI (client metrics), so that dashboards made for those work. Each stream is one
 * operation, recorded at its end; the time per chunk is the mean of its chunks.
 */
final class GenerationMeters {
  /** Callers may name any model where the provider file has {@code *}; beyond so many they are counted together. */
  private static final int MAX_MODELS = 200;
  private static final String OTHERS = "_OTHER";
  private final MeterRegistry registry;
  private final Set<String> models = new HashSet<>();

  GenerationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void ended(End end, String provider, String model) {
    boolean known = models.contains(model) || (models.size() < MAX_MODELS && models.add(model));
    String failure = end.failure() == null ? "" : end.failure().error().code();
    Tags tags = Tags.of("gen_ai.operation.name", "chat", "gen_ai.provider.name", provider, "gen_ai.request.model", known ? model : OTHERS);
    tokens(tags.and("gen_ai.token.type", "input"), end.usage().promptTokens());
    tokens(tags.and("gen_ai.token.type", "output"), end.usage().completionTokens());
    time("gen_ai.client.operation.duration", tags.and("error.type", failure), Duration.ofMillis(end.metrics().durationMs()));
    Long first = end.metrics().firstTokenMs();
    if (first == null)
      return;
    time("gen_ai.client.operation.time_to_first_chunk", tags, Duration.ofMillis(first));
    if (end.metrics().chunks() > 1)
      time("gen_ai.client.operation.time_per_output_chunk", tags,
          Duration.ofMillis(end.metrics().durationMs() - first).dividedBy(end.metrics().chunks() - 1));
  }

  private void tokens(Tags tags, long tokens) {
    DistributionSummary.builder("gen_ai.client.token.usage").baseUnit("token").tags(tags).register(registry).record((double) tokens);
  }

  private void time(String name, Tags tags, Duration time) {
    Timer.builder(name).tags(tags).register(registry).record(time);
  }
}
