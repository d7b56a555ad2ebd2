package dev.chorus.cluster;

import dev.chorus.model.NodeId;
import java.util.Optional;

/** The form of a node's own addresses on the event bus: {@code ROLE@NODE}. */
public final class NodeAddress {
  private static final char AT = '@';

  private NodeAddress() {}

  /** The address at which a node serves that word: a role, or {@code node} for what every node does. */
  public static String of(String word, NodeId node) {
    return word + AT + node;
  }

  /** Whose address that is; empty for one that belongs to no node. */
  public static Optional<NodeId> nodeOf(String address) {
    int at = address.indexOf(AT);
    return at < 0 || at == address.length() - 1 ? Optional.empty() : Optional.of(new NodeId(address.substring(at + 1)));
  }
}
