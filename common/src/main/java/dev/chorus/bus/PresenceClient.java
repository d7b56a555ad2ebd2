package dev.chorus.bus;

import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.cluster.Role;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;

/** Presence over the bus. Batches, whose caller has grouped them by owner, go to a node, once. */
public final class PresenceClient {
  private final Bus bus;
  private final Owners owners;

  public PresenceClient(Bus bus, Owners owners) {
    this.bus = bus;
    this.owners = owners;
  }

  public Future<Roster> participants(ListParticipants request) {
    return owners.call(Role.PRESENCE, request.room().value(), Addresses::presence, request, Roster.class, Owners.Repeat.ALWAYS);
  }

  public Future<Announced> announce(NodeId owner, Announce request) {
    return bus.request(Addresses.presence(owner), request, Announced.class, Bus.TIMEOUT);
  }

  /** Typing is a hint: false when too much is under way. */
  public boolean typing(NodeId owner, SetTyping request) {
    return bus.tell(Addresses.presence(owner), request);
  }

  public Future<Mismatched> digest(NodeId owner, Digest request) {
    return bus.request(Addresses.presence(owner), request, Mismatched.class, Bus.TIMEOUT);
  }
}
