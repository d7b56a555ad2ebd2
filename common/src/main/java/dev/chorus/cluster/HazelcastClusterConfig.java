package dev.chorus.cluster;

import dev.chorus.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * How this node finds the others.
 *
 * @param host the address to bind to and to be reached at; empty: the machine's own, as Hazelcast finds it
 * @param members {@code host:port} of nodes to ask, any of which may be down
 * @param dns a name that resolves to all nodes, e.g. of a headless service
 */
public record HazelcastClusterConfig(String name, Optional<String> host, int port, List<String> members, Optional<String> dns) {
  private static final int DEFAULT_PORT = 5701;

  /** Empty when the settings name no cluster: the node then works alone. */
  public static Optional<HazelcastClusterConfig> from(Settings settings) {
    List<String> members = settings.list("CHORUS_CLUSTER_MEMBERS");
    Optional<String> dns = settings.text("CHORUS_CLUSTER_DNS");
    int port = settings.integer("CHORUS_CLUSTER_PORT", DEFAULT_PORT, 1, 65_535);
    if (members.isEmpty() && dns.isEmpty())
      return Optional.empty();
    if (!members.isEmpty() && dns.isPresent())
      settings.problem("CHORUS_CLUSTER_DNS", "cannot be set together with CHORUS_CLUSTER_MEMBERS; give one of them.");
    for (String member : members)
      if (!member.matches("\\S+:[0-9]{1,5}"))
        settings.problem("CHORUS_CLUSTER_MEMBERS", "must be a list of host:port, but has \"" + member + "\".");
    boolean local = !members.isEmpty() && members.stream().allMatch(HazelcastClusterConfig::isLoopback);
    Optional<String> host = settings.text("CHORUS_CLUSTER_HOST").or(() -> local ? Optional.of("127.0.0.1") : Optional.empty());
    return Optional.of(new HazelcastClusterConfig(settings.text("CHORUS_CLUSTER_NAME").orElse("chorus"), host, port, members, dns));
  }

  private static boolean isLoopback(String member) {
    return member.startsWith("127.") || member.startsWith("localhost:") || member.startsWith("[::1]:");
  }
}
