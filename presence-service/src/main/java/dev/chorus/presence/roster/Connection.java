package dev.chorus.presence.roster;

import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.UserId;

/** One connection in a room, as its gateway announced it. */
public record Connection(Here here, NodeId gateway) {
  String id() {
    return here.connection();
  }

  UserId user() {
    return here.user();
  }

  Presence.Status status() {
    return here.status() == null ? Presence.Status.ONLINE : here.status();
  }
}
