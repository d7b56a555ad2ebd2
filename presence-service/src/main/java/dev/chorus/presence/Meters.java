package dev.chorus.presence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What presence measures; every name of it. */
final class Meters {
  private final AtomicInteger rooms;
  private final AtomicInteger people;
  private final Counter events;
  private final Counter dropped;

  Meters(MeterRegistry registry) {
    rooms = registry.gauge("chorus.presence.rooms", new AtomicInteger());
    people = registry.gauge("chorus.presence.people", new AtomicInteger());
    events = Counter.builder("chorus.presence.events").description("Events sent, counted once per gateway").register(registry);
    dropped = Counter.builder("chorus.presence.events.dropped").description("Events not sent since too much was under way to their gateway")
        .register(registry);
  }

  void rooms(int count) {
    rooms.set(count);
  }

  void people(int count) {
    people.set(count);
  }

  void sent(int count, boolean accepted) {
    (accepted ? events : dropped).increment(count);
  }
}
