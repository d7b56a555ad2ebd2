package dev.chorus.gateway.connection;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.QueueMessage.SweepQueues;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells delivery, once a second, who has come: what is too much or too old in their queues is dropped then. A hint, without which it is dropped within a minute. */
public final class Newcomers {
  private static final int MOST = 10_000;
  private final Cluster cluster;
  private final DeliveryClient delivery;
  private final Set<UserId> users = new HashSet<>();

  public Newcomers(Cluster cluster, DeliveryClient delivery) {
    this.cluster = cluster;
    this.delivery = delivery;
  }

  /** The first connection here of that user. */
  void came(UserId user) {
    if (users.size() < MOST)
      users.add(user);
  }

  /** Once a second. */
  public void tell() {
    Map<NodeId, List<UserId>> byNode = new HashMap<>();
    for (UserId user : users)
      cluster.ring(Role.DELIVERY).owner(user.value()).ifPresent(node -> byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(user));
    users.clear();
    byNode.forEach((node, some) -> delivery.sweep(node, new SweepQueues(some)));
  }
}
