package dev.chorus.streaming;

import dev.chorus.bus.StreamRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Every metric of streaming. */
final class Meters {
  private final MeterRegistry registry;
  private final GenerationMeters generation;
  private final Counter started;
  private final Counter inherited;
  private final Counter chunks;
  private final Counter refusedAppends;
  private final Counter fencedHeartbeats;
  private final Timer firstToken;
  private final Timer duration;

  Meters(MeterRegistry registry, Supplier<Number> running, Supplier<Number> waitingRecords) {
    this.registry = registry;
    this.generation = new GenerationMeters(registry);
    this.started = Counter.builder("chorus.streams.started").description("Streams begun by this node").register(registry);
    this.inherited = Counter.builder("chorus.streams.inherited").description("Streams that this node took over from others")
        .register(registry);
    this.chunks = Counter.builder("chorus.streams.chunks").description("Chunks logged by this node").register(registry);
    this.refusedAppends = fenced("append");
    this.fencedHeartbeats = fenced("heartbeat");
    this.firstToken = Timer.builder("chorus.streams.first.token").description("From the start of a stream to its first token")
        .publishPercentileHistogram().register(registry);
    this.duration = Timer.builder("chorus.streams.duration").description("From the start of a stream to its end")
        .publishPercentileHistogram().register(registry);
    Gauge.builder("chorus.streams.running", running).description("Streams that this node runs").register(registry);
    Gauge.builder("chorus.streams.log.waiting", waitingRecords).description("Records that wait for the log").register(registry);
  }

  private Counter fenced(String noticed) {
    return Counter.builder("chorus.streams.fenced")
        .description("Times that this node found its streams taken over by another, by what it noticed it")
        .tag("noticed", noticed).register(registry);
  }

  /** An append came after another node had taken over, and was refused. */
  void appendRefused() {
    refusedAppends.increment();
  }

  void heartbeatRefused() {
    fencedHeartbeats.increment();
  }

  void started() {
    started.increment();
  }

  void inherited() {
    inherited.increment();
  }

  void ended(StreamRecord.End end, String provider, String model) {
    generation.ended(end, provider, model);
    Counter.builder("chorus.streams.ended").tag("status", end.status().toLowerCase(Locale.ROOT)).tag("provider", provider)
        .register(registry).increment();
    chunks.increment((double) end.metrics().chunks());
    duration.record(Duration.ofMillis(end.metrics().durationMs()));
    if (end.metrics().firstTokenMs() != null)
      firstToken.record(Duration.ofMillis(end.metrics().firstTokenMs()));
  }
}
