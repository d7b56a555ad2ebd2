package dev.chorus.cluster;

import dev.chorus.model.NodeId;
import java.util.Set;

/** The nodes that this one sees. All methods may be called from any thread. */
public interface Cluster {
  NodeId self();

  /** The nodes of that role that have said {@code serving} and not yet {@code draining}. */
  Ring ring(Role role);

  /** All nodes that are members, whatever they have said; a node that died is not among them. */
  Set<NodeId> members();

  /** The members of that role, also those that drain: what is for all connections goes to all of these. */
  Set<NodeId> members(Role role);

  /** Calls back, from any thread, after the members or a ring have changed. The listener stays for the life of the node. */
  void onChange(Runnable listener);
}
