package dev.chorus.gateway.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.Published;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Fields;
import dev.chorus.protocol.Publication;

/** Sends events of other programs to all gateways: there is no directory of who is connected where. Ephemeral: a gateway that does not keep up misses some. */
public final class Publisher {
  private final Bus bus;
  private final Cluster cluster;
  private final int maxBytes;

  /** @param maxBytes of an event's data */
  public Publisher(Bus bus, Cluster cluster, int maxBytes) {
    this.bus = bus;
    this.cluster = cluster;
    this.maxBytes = maxBytes;
  }

  /** Publishes {@code {"room"|"user","type","data"}}. Throws a {@link dev.chorus.model.Refusal} when it is something else. */
  public void publish(ObjectNode body) {
    Publication publication = Publication.of(new Fields(body), maxBytes);
    Published published = new Published(publication.room(), publication.user(), publication.envelope());
    for (NodeId gateway : cluster.members(Role.GATEWAY))
      bus.tell(Addresses.gateway(gateway), published);
  }
}
