package dev.chorus.node;

import dev.chorus.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of any node, whatever it serves.
 *
 * @param name the first part of the node's name, which a random word makes unique
 * @param host the address to listen on, of the management server and the cluster
 * @param managementPort 0: a free one, see the status file
 * @param drain the longest time that draining may take; stopping takes at most 10 s more
 * @param statusFile where the node writes its name and ports when it serves
 * @param stopsWithStdin stop when standard input ends, so that a node never outlives the process that started it
 * @param startLimit a node that does not serve by then gives up
 */
record NodeConfig(Optional<String> name, String host, int managementPort, Duration drain, Optional<Path> statusFile, boolean stopsWithStdin,
    int eventLoops, Duration blockedAfter, Duration startLimit) {
  private static final int LONGEST_DRAIN_SECONDS = 600;
  private static final int LONGEST_START_SECONDS = 600;

  /** @param services how many the node runs */
  static NodeConfig from(Settings settings, int services) {
    // A service lives on one event loop. A second one would carry only the bus, and each message would have to wake a thread more, twice.
    int eventLoops = services == 1 ? 1 : Runtime.getRuntime().availableProcessors();
    Optional<String> name = settings.text("CHORUS_NODE");
    if (name.isPresent() && !name.get().matches("[a-z0-9-]{1,40}"))
      settings.problem("CHORUS_NODE", "must have 1 to 40 lower case letters, digits or dashes.");
    return new NodeConfig(name, settings.text("CHORUS_HOST").orElse("0.0.0.0"), settings.integer("CHORUS_MANAGEMENT_PORT", 8081, 0, 65_535),
        Duration.ofSeconds(settings.integer("CHORUS_DRAIN_SECONDS", 20, 0, LONGEST_DRAIN_SECONDS)),
        settings.text("CHORUS_STATUS_FILE").map(Path::of),
        settings.flag("CHORUS_STOP_WITH_STDIN", false),
        settings.integer("CHORUS_EVENT_LOOPS", eventLoops, 1, 256),
        settings.millis("CHORUS_BLOCKED_THREAD_MS", Duration.ofSeconds(2)),
        Duration.ofSeconds(settings.integer("CHORUS_START_SECONDS", 120, 1, LONGEST_START_SECONDS)));
  }
}
