package dev.chorus.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import dev.chorus.model.NodeId;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * The event bus's book of addresses, with a short way to those of a node ({@code role@NODE}): who serves at such an address is known from the member list alone.
 *
 * <p>When a member dies, Hazelcast moves the partitions that hold the book, and until it has done so, for seconds if it must plan anew, every look-up and every removal in the book
 * waits. Therefore the member list is told first, the book is cleaned behind it on a thread of its own, and look-ups of nodes that serve do not open the book.
 */
final class NodeAddressBook extends HazelcastClusterManager {
  private static final String VERTX_NODE = "__vertx.nodeId";
  private static final int MAX_WHEREABOUTS = 1000;
  private final ExecutorService cleaning = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("address-book").factory());
  private final Map<String, NodeInfo> whereabouts = new ConcurrentHashMap<>();
  private volatile Runnable membersChanged = () -> {};
  private volatile Predicate<NodeId> serves = node -> false;

  NodeAddressBook(Config config) {
    super(config);
  }

  /**
   * @param changed called when the member list has changed, from any thread
   * @param serving whether that node is known to answer at its addresses
   */
  void tell(Runnable changed, Predicate<NodeId> serving) {
    membersChanged = changed;
    serves = serving;
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    Optional<RegistrationInfo> known = NodeAddress.nodeOf(address).filter(serves).flatMap(this::registration);
    if (known.isPresent())
      promise.succeed(List.of(known.get()));
    else
      super.getRegistrations(address, promise);
  }

  /**
   * Where a node's event bus listens never changes, and its id is never given again: who has been connected with it once need not look it up to connect again, for instance when it
   * was cut off and is back, which is a time of moving partitions.
   */
  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
    NodeInfo known = whereabouts.get(nodeId);
    if (known != null) {
      promise.succeed(known);
      return;
    }
    super.getNodeInfo(nodeId, (info, failure) -> {
      if (failure == null && info != null) {
        if (whereabouts.size() >= MAX_WHEREABOUTS)
          whereabouts.clear();
        whereabouts.put(nodeId, info);
      }
      promise.complete(info, failure);
    });
  }

  private Optional<RegistrationInfo> registration(NodeId node) {
    HazelcastInstance hazelcast = getHazelcastInstance();
    if (hazelcast == null || !hazelcast.getLifecycleService().isRunning())
      return Optional.empty();
    for (Member member : hazelcast.getCluster().getMembers())
      if (node.value().equals(member.getAttribute(HazelcastCluster.NODE)))
        return Optional.ofNullable(member.getAttribute(VERTX_NODE)).map(id -> new RegistrationInfo(id, 0, false));
    return Optional.empty();
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void memberAdded(MembershipEvent event) {
    membersChanged.run();
    clean(() -> super.memberAdded(event));
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void memberRemoved(MembershipEvent event) {
    membersChanged.run();
    clean(() -> super.memberRemoved(event));
  }

  @Override
  public void leave(Completable<Void> promise) {
    cleaning.shutdown();
    super.leave(promise);
  }

  private void clean(Runnable work) {
    try {
      cleaning.execute(work);
    } catch (RejectedExecutionException leaving) {
      // Whoever leaves has no use for the book any more.
    }
  }
}
