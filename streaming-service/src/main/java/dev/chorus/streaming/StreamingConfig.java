package dev.chorus.streaming;

import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.streaming.deliver.Portions;
import dev.chorus.streaming.provider.LiveCatalogue;
import dev.chorus.streaming.provider.ProviderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of streaming.
 *
 * @param maxStreamsPerUser running at once, cluster-wide
 * @param ttl how long the log of an ended stream is kept
 * @param takeover how long after their owner was last seen streams are gone on with
 * @param logPatience how long a stream waits for PostgreSQL before it ends
 */
record StreamingConfig(DatabaseConfig database, LiveCatalogue catalogue, int maxStreamsPerUser, Duration ttl, Duration drain,
    Duration logPatience, Duration takeover, Portions portions, int maxContentBytes, int readers) {
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(15);

  static StreamingConfig from(Settings settings) {
    return new StreamingConfig(DatabaseConfig.from(settings), catalogue(settings),
        settings.integer("CHORUS_MAX_STREAMS_PER_USER", 20, 1, 100_000),
        Duration.ofSeconds(settings.integer("CHORUS_STREAM_TTL_SECONDS", 3600, 1, Integer.MAX_VALUE)),
        Duration.ofSeconds(settings.integer("CHORUS_DRAIN_SECONDS", 20, 0, 600)),
        settings.millis("CHORUS_STREAM_LOG_PATIENCE_MS", LOG_PATIENCE),
        Duration.ofSeconds(settings.integer("CHORUS_STREAM_TAKEOVER_SECONDS", 120, 1, 86_400)),
        new Portions(settings.integer("CHORUS_CHUNK_BYTES", 1024, 1, 65_536), settings.integer("CHORUS_CHUNK_DELAY_MS", 50, 1, 10_000)),
        settings.integer("CHORUS_MAX_CONTENT_BYTES", 65_536, 1, Integer.MAX_VALUE), settings.integer("CHORUS_STREAM_READERS", 4, 1, 64));
  }

  /** Without a provider file there is the simulated provider. */
  private static LiveCatalogue catalogue(Settings settings) {
    Optional<String> path = settings.text("CHORUS_PROVIDERS");
    if (path.isEmpty())
      return LiveCatalogue.fixed(ProviderFile.simulated());
    ProviderFile.Reading reading = read(path.get(), settings);
    reading.problems().forEach(problem -> settings.problem("CHORUS_PROVIDERS", "names a file with a mistake: " + problem));
    return new LiveCatalogue(reading.catalogue(), () -> read(path.get(), settings));
  }

  private static ProviderFile.Reading read(String path, Settings settings) {
    try {
      return ProviderFile.read(Files.readString(Path.of(path)), settings::secret);
    } catch (IOException | IllegalArgumentException unreadable) {
      return ProviderFile.unreadable(path);
    }
  }
}
