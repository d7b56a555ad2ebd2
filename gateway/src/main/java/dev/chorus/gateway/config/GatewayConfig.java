package dev.chorus.gateway.config;

import dev.chorus.config.Settings;
import dev.chorus.protocol.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The settings of a gateway (docs/protocol.md, section 11).
 *
 * @param port where clients connect; 0: a free one
 * @param allowedOrigins beside the server's own; {@code *} for all
 * @param maxBodyBytes of an HTTP request
 * @param answersPerUser streaming answers to HTTP requests that one user has open at once
 * @param costHeader says what a whole completion cost
 * @param joinPatience for so long at most a join waits to hear who is there
 */
public record GatewayConfig(String host, int port, List<String> allowedOrigins, int maxBodyBytes, int answersPerUser, Duration drain,
    Limits contents,
    SocketLimits sockets,
    Rates rates, String costHeader, Duration joinPatience) {
  private static final Duration JOIN_PATIENCE = Duration.ofMillis(500);

  /**
   * What one gateway and one connection hold at most, and when a connection ends.
   *
   * @param frameBytes of one WebSocket message
   * @param sendBufferBytes unsent to one connection
   * @param idle in no room
   * @param away without a frame of its own
   * @param replayEntries that a join sends again; more is not recovered
   */
  public record SocketLimits(int connections, int connectionsPerUser, int roomsPerConnection, int frameBytes, int sendBufferBytes,
      Duration heartbeat, Duration idle, Duration away,
      int replayEntries) {
    /** Silent for so long, a connection is taken for dead: two and a half heartbeats. */
    public Duration silence() {
      return heartbeat.multipliedBy(5).dividedBy(2);
    }
  }

  /** Frames per connection and second, sends per user and second, streams per user and minute. */
  public record Rates(int frames, int sends, int streams) {
    /** How many seconds' worth may come at once. */
    public static final int BURST = 4;
  }

  /** Reads it; what is wrong is remembered in the settings. */
  public static GatewayConfig from(Settings settings) {
    Limits contents = new Limits(settings.integer("CHORUS_MAX_CONTENT_BYTES", Limits.DEFAULT.contentBytes(), 1, 16 << 20),
        Limits.DEFAULT.metadataBytes(),
        Limits.DEFAULT.clientIdCharacters());
    return new GatewayConfig(settings.text("CHORUS_HOST").orElse("0.0.0.0"), settings.integer("CHORUS_PORT", 8080, 0, 65_535),
        origins(settings), settings.integer("CHORUS_MAX_BODY_BYTES", 4 << 20, 1024, 256 << 20),
        settings.integer("CHORUS_MAX_ANSWERS_PER_USER", 2_000, 1, 1_000_000),
        Duration.ofSeconds(settings.integer("CHORUS_DRAIN_SECONDS", 20, 0, 600)), contents, socketLimits(settings), rates(settings),
        costHeader(settings), settings.millis("CHORUS_JOIN_PRESENCE_MS", JOIN_PATIENCE));
  }

  /** As browsers say them: in lower case, without a slash at the end. */
  private static List<String> origins(Settings settings) {
    return settings.list("CHORUS_ALLOWED_ORIGINS").stream().map(origin -> origin.toLowerCase(Locale.ROOT))
        .map(origin -> origin.endsWith("/") ? origin.substring(0, origin.length() - 1) : origin).toList();
  }

  private static String costHeader(Settings settings) {
    String name = settings.text("CHORUS_COST_HEADER").orElse("Chorus-Cost");
    if (!name.matches("[A-Za-z0-9-]{1,64}"))
      settings.problem("CHORUS_COST_HEADER", "is not the name of a header: letters, digits and hyphens.");
    return name;
  }

  private static SocketLimits socketLimits(Settings settings) {
    return new SocketLimits(settings.integer("CHORUS_MAX_CONNECTIONS", 15_000, 1, 1_000_000),
        settings.integer("CHORUS_MAX_CONNECTIONS_PER_USER", 20, 1, 1_000_000),
        settings.integer("CHORUS_MAX_ROOMS_PER_CONNECTION", 500, 1, 100_000),
        settings.integer("CHORUS_MAX_FRAME_BYTES", 262_144, 1024, 64 << 20),
        settings.integer("CHORUS_SEND_BUFFER_BYTES", 262_144, 16_384, 64 << 20),
        Duration.ofSeconds(settings.integer("CHORUS_HEARTBEAT_SECONDS", 30, 1, 3600)),
        Duration.ofSeconds(settings.integer("CHORUS_IDLE_TIMEOUT_SECONDS", 300, 1, 86_400)),
        Duration.ofSeconds(settings.integer("CHORUS_AWAY_SECONDS", 300, 1, 86_400)),
        settings.integer("CHORUS_REPLAY_MAX", 1000, 0, 100_000));
  }

  private static Rates rates(Settings settings) {
    return new Rates(settings.integer("CHORUS_RATE_FRAMES", 50, 1, 1_000_000), settings.integer("CHORUS_RATE_SENDS", 20, 1, 1_000_000),
        settings.integer("CHORUS_RATE_STREAMS", 60, 1, 1_000_000));
  }
}
