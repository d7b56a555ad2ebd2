package dev.chorus.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.chorus.model.NodeId;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Membership and the event bus's address book by Hazelcast. A member whose process died is gone after 0.1 to 0.3 s (its connection is
 * refused), one that is silent after 10 s. Nothing that matters is kept in Hazelcast's own data structures.
 */
public final class HazelcastCluster {
  static final String NODE = "chorus.node";
  private static final String ROLES = "chorus.roles";
  private final NodeAddressBook manager;

  public HazelcastCluster(HazelcastClusterConfig config, NodeId self, Set<Role> roles) {
    this.manager = new NodeAddressBook(hazelcast(config, self, roles));
  }

  /** To build a clustered Vert.x with. */
  public ClusterManager manager() {
    return manager;
  }

  /** The address under which Hazelcast is reached; known once Vert.x has joined. */
  public String host() {
    return manager.getHazelcastInstance().getCluster().getLocalMember().getAddress().getHost();
  }

  /** Keeps the table's members equal to Hazelcast's, from now until the instance ends. */
  public void feed(MemberTable table) {
    HazelcastInstance hazelcast = manager.getHazelcastInstance();
    Runnable reconcile = () -> reconcile(hazelcast, table);
    manager.tell(reconcile, table::serves);
    // After a split has healed the smaller side has new members without an event for each.
    hazelcast.getLifecycleService().addLifecycleListener(event -> {
      if (event.getState() == LifecycleState.MERGED)
        reconcile.run();
    });
    reconcile.run();
  }

  private static synchronized void reconcile(HazelcastInstance hazelcast, MemberTable table) {
    if (!hazelcast.getLifecycleService().isRunning())
      return;
    Map<NodeId, Set<Role>> present = new HashMap<>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      String node = member.getAttribute(NODE);
      if (node != null)
        present.put(new NodeId(node), roles(member.getAttribute(ROLES)));
    }
    for (NodeId known : table.members())
      if (!present.containsKey(known))
        table.left(known);
    present.forEach(table::joined);
  }

  private static Set<Role> roles(String words) {
    if (words == null)
      return Set.of();
    Set<String> named = Set.of(words.split(",", -1));
    return Arrays.stream(Role.values()).filter(role -> named.contains(role.word())).collect(Collectors.toUnmodifiableSet());
  }

  private static Config hazelcast(HazelcastClusterConfig cluster, NodeId self, Set<Role> roles) {
    Config config = new Config().setClusterName(cluster.name());
    HazelcastClusterProperties.PROPERTIES.forEach(config::setProperty);
    config.getMemberAttributeConfig().setAttribute(NODE, self.value()).setAttribute(ROLES,
        roles.stream().map(Role::word).sorted().collect(Collectors.joining(",")));
    config.addMultiMapConfig(new MultiMapConfig("__vertx.subs").setBackupCount(2).setValueCollectionType("SET"));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(2));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(2));
    config.getIntegrityCheckerConfig().setEnabled(false);
    NetworkConfig network = config.getNetworkConfig().setPort(cluster.port()).setPortAutoIncrement(false);
    cluster.host().ifPresent(host -> network.getInterfaces().setEnabled(true).addInterface(host));
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    if (!cluster.members().isEmpty())
      join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2).setMembers(cluster.members());
    cluster.dns().ifPresent(
        name -> join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", name).setProperty("service-dns-timeout", "2")
            .setProperty("service-port", String.valueOf(cluster.port())));
    return config;
  }
}
