package dev.chorus.bus;

import dev.chorus.cluster.NodeAddress;
import dev.chorus.model.NodeId;

/** Every address of the event bus: one per node and role. There is none per room, user, socket or stream: registering one costs the whole cluster. */
public final class Addresses {
  /** For programs elsewhere: the steps of answers that they generate (docs/protocol.md, section 10). */
  public static final String PRODUCED_STREAMS = "chorus.streams";

  /** For programs elsewhere: what they say of projects (docs/protocol.md, sections 7 and 10). */
  public static final String PUBLISHED_PROGRESS = "chorus.progress";

  private Addresses() {}

  public static Address<NodeMessage> node(NodeId node) {
    return new Address<>(NodeAddress.of("node", node), node);
  }

  public static Address<GatewayMessage> gateway(NodeId node) {
    return new Address<>(NodeAddress.of("gateway", node), node);
  }

  public static Address<DeliveryMessage> delivery(NodeId node) {
    return new Address<>(NodeAddress.of("delivery", node), node);
  }

  public static Address<PresenceMessage> presence(NodeId node) {
    return new Address<>(NodeAddress.of("presence", node), node);
  }

  public static Address<StreamingMessage> streaming(NodeId node) {
    return new Address<>(NodeAddress.of("streaming", node), node);
  }

  /** Of a streaming node: the progress of the projects that it owns. */
  public static Address<ProgressMessage> progress(NodeId node) {
    return new Address<>("progress@" + node, node);
  }
}
