package dev.chorus.gateway;

import dev.chorus.gateway.socket.Traffic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The names of all that a gateway measures. */
final class GatewayMeters {
  private GatewayMeters() {}

  static void bind(MeterRegistry metrics, GatewayParts parts) {
    Gauge.builder("chorus.gateway.connections", parts.connections, connections -> connections.count()).description("Open WebSockets")
        .register(metrics);
    Gauge.builder("chorus.gateway.rooms", parts.rooms, rooms -> rooms.count()).description("Rooms that are watched").register(metrics);
    FunctionCounter.builder("chorus.gateway.envelopes.in", parts.tick.traffic(), Traffic::in).description("Envelopes from clients")
        .register(metrics);
    FunctionCounter.builder("chorus.gateway.envelopes.out", parts.tick.traffic(), Traffic::out).description("Envelopes to clients")
        .register(metrics);
    Gauge.builder("chorus.gateway.sends.waiting", parts.sends, sends -> sends.waiting()).description("Messages without a verdict yet")
        .register(metrics);
    Gauge.builder("chorus.gateway.marks.waiting", parts.marks, marks -> marks.waiting())
        .description("Users in rooms whose marks are on their way").register(metrics);
  }
}
