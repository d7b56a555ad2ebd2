package dev.chorus.bus;

import dev.chorus.cluster.MemberState;
import dev.chorus.model.NodeId;

/** What nodes say to each other of themselves. */
public sealed interface NodeMessage extends BusMessage {
  /** The sender's state; answered with the receiver's own. */
  record State(NodeId node, MemberState state) implements NodeMessage {}
}
