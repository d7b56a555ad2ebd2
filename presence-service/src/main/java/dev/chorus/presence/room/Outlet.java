package dev.chorus.presence.room;

import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.NodeId;
import java.util.Collection;

/** Where events leave for gateways. Best effort: what is lost is found by the next digest or snapshot. */
public interface Outlet {
  void send(RoomEphemeral event, Collection<NodeId> gateways);
}
