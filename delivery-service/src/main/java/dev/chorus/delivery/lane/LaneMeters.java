package dev.chorus.delivery.lane;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the lanes measure; all names of their metrics are here. */
final class LaneMeters {
  private final Counter stored;
  private final Counter passed;
  private final Counter duplicates;
  private final Counter refused;
  private final Timer commit;
  private final DistributionSummary rows;

  LaneMeters(MeterRegistry registry, Lanes lanes) {
    stored = Counter.builder("chorus.delivery.messages").tag("outcome", "stored").description("Messages by what became of them")
        .register(registry);
    passed = Counter.builder("chorus.delivery.messages").tag("outcome", "passed").register(registry);
    duplicates = Counter.builder("chorus.delivery.messages").tag("outcome", "duplicate").register(registry);
    refused = Counter.builder("chorus.delivery.messages").tag("outcome", "refused").register(registry);
    commit = Timer.builder("chorus.delivery.commit").description("From sending a batch to its commit").register(registry);
    rows = DistributionSummary.builder("chorus.delivery.batch.rows").description("Messages in a batch").register(registry);
    Gauge.builder("chorus.delivery.waiting", lanes, Lanes::queued).description("Messages that wait for a batch").register(registry);
    Gauge.builder("chorus.delivery.lanes.connected", lanes, Lanes::connected).description("Lanes with a connection to PostgreSQL")
        .register(registry);
  }

  void committed(int batchRows, long nanos) {
    commit.record(nanos, TimeUnit.NANOSECONDS);
    rows.record(batchRows);
  }

  void answered(Outcome outcome) {
    switch (outcome) {
      case Outcome.Stored entry -> (entry.duplicate() ? duplicates : stored).increment();
      case Outcome.Passed once -> passed.increment();
      case Outcome.Refused refusal -> refused.increment();
    }
  }
}
