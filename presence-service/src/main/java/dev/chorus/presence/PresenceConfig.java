package dev.chorus.presence;

import dev.chorus.config.Settings;
import dev.chorus.database.DatabaseConfig;
import dev.chorus.presence.roster.Grace;
import java.time.Duration;

/**
 * The settings of presence.
 *
 * @param leaveGrace how long a user whose connection broke still counts as present
 * @param typingTtl how long after the last {@code typing:start} typing ends by itself
 */
record PresenceConfig(DatabaseConfig database, Duration leaveGrace, Duration typingTtl) {
  static final String SCHEMA = "presence";
  static final int CONNECTIONS = 2;
  private static final Duration LEAVE_GRACE = Duration.ofSeconds(5);
  private static final Duration TYPING_TTL = Duration.ofSeconds(3);

  static PresenceConfig from(Settings settings) {
    return new PresenceConfig(DatabaseConfig.from(settings), settings.millis("CHORUS_LEAVE_GRACE_MS", LEAVE_GRACE),
        settings.millis("CHORUS_TYPING_TTL_MS", TYPING_TTL));
  }

  Grace grace() {
    return new Grace(leaveGrace.toMillis(), typingTtl.toMillis());
  }
}
