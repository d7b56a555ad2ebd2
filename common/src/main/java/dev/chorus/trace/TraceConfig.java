package dev.chorus.trace;

import dev.chorus.config.Settings;
import java.net.URI;
import java.util.Optional;

/**
 * Where spans go.
 *
 * @param collector takes OTLP over HTTP; empty: nothing is recorded
 * @param percent of the traces that begin here and are recorded; of others whoever began them has decided
 */
public record TraceConfig(Optional<URI> collector, int percent) {
  private static final int ALL = 100;

  public static TraceConfig from(Settings settings) {
    Optional<URI> collector = settings.text("CHORUS_TRACES_ENDPOINT").flatMap(TraceConfig::address);
    if (collector.isEmpty() && settings.text("CHORUS_TRACES_ENDPOINT").isPresent())
      settings.problem("CHORUS_TRACES_ENDPOINT", "must be an address such as http://collector:4318/v1/traces.");
    return new TraceConfig(collector, settings.integer("CHORUS_TRACES_PERCENT", ALL, 0, ALL));
  }

  private static Optional<URI> address(String text) {
    try {
      URI address = URI.create(text);
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      return web && address.getHost() != null ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
