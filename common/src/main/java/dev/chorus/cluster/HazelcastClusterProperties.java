package dev.chorus.cluster;

import java.util.Map;

/** Hazelcast's system properties, with the reason for each. Reference: https://docs.hazelcast.com/hazelcast/5.3/system-properties. */
final class HazelcastClusterProperties {
  static final Map<String, String> PROPERTIES = Map.ofEntries(
      // Who is silent for 10 s is taken for dead; whose connection breaks and who refuses the next one 100 ms later, at once.
      Map.entry("hazelcast.heartbeat.interval.seconds", "1"), Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
      Map.entry("hazelcast.connection.monitor.interval", "100"), Map.entry("hazelcast.connection.monitor.max.faults", "1"),
      // No operation waits longer for an answer than it takes to notice a silent member.
      Map.entry("hazelcast.operation.call.timeout.millis", "10000"), Map.entry("hazelcast.graceful.shutdown.max.wait", "5"),
      Map.entry("hazelcast.shutdownhook.enabled", "false"),
      // Start: the members are named, so there is nothing to wait for. Two clusters that formed apart find each other within seconds.
      Map.entry("hazelcast.wait.seconds.before.join", "0"), Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
      Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
      // The address book is small: few partitions start, move and back up quickly, and a few threads carry them.
      Map.entry("hazelcast.partition.count", "23"), Map.entry("hazelcast.operation.thread.count", "2"),
      Map.entry("hazelcast.operation.generic.thread.count", "2"), Map.entry("hazelcast.io.thread.count", "1"),
      Map.entry("hazelcast.event.thread.count", "1"), Map.entry("hazelcast.clientengine.thread.count", "1"),
      Map.entry("hazelcast.clientengine.query.thread.count", "1"), Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
      Map.entry("hazelcast.logging.type", "slf4j"), Map.entry("hazelcast.phone.home.enabled", "false"),
      Map.entry("hazelcast.health.monitoring.level", "OFF"), Map.entry("hazelcast.jmx", "false"));

  private HazelcastClusterProperties() {}
}
