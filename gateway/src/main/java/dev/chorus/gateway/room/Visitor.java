package dev.chorus.gateway.room;

import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.model.Principal;
import dev.chorus.protocol.ClientFrame.PresenceUpdate;

/** A user who is in a room without a socket, as long as they say so again and again. */
final class Visitor {
  final String connection;
  private Principal principal;
  private String device = "desktop";
  private Appearance appearance = Appearance.NONE;
  private long until;

  Visitor(String connection) {
    this.connection = connection;
  }

  void says(Principal who, PresenceUpdate frame, long now, long leaseMs) {
    principal = who;
    if (frame.device() != null)
      device = frame.device();
    appearance = appearance.with(frame, now);
    until = now + leaseMs;
  }

  boolean isOver(long now) {
    return now >= until;
  }

  Principal principal() {
    return principal;
  }

  Here here() {
    return new Here(connection, principal.user(), principal.name(), device, appearance.hidden(), appearance.hiddenAt(),
        appearance.shown(false), appearance.metadata(), appearance.metadataAt());
  }
}
