package dev.chorus.bus;

import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.LastSeenChosen;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.TypingNow;
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

  /** To one node, once: who calls repeats it. */
  public Future<BusMessage.Done> cameOver(NodeId owner, CameOver request) {
    return bus.request(Addresses.presence(owner), request, BusMessage.Done.class, Bus.TIMEOUT);
  }

  /** Typing is a hint: false when too much is under way. */
  public boolean typing(NodeId owner, SetTyping request) {
    return bus.tell(Addresses.presence(owner), request);
  }

  /** Cursors are hints: false when too much is under way. */
  public boolean cursors(NodeId owner, SetCursors request) {
    return bus.tell(Addresses.presence(owner), request);
  }

  /** Activities are hints: false when too much is under way. */
  public boolean activities(NodeId owner, SetActivities request) {
    return bus.tell(Addresses.presence(owner), request);
  }

  /** What agents do is said again and again: false when too much is under way. */
  public boolean answering(NodeId owner, Answering request) {
    return bus.tell(Addresses.presence(owner), request);
  }

  public Future<TypingNow> typists(ListTyping request) {
    return owners.call(Role.PRESENCE, request.room().value(), Addresses::presence, request, TypingNow.class, Owners.Repeat.ALWAYS);
  }

  /** Any presence node keeps the choice and tells the others; the answer comes when it is in the database. */
  public Future<BusMessage.Done> chooseLastSeen(ChooseLastSeen request) {
    return owners.call(Role.PRESENCE, request.user().value(), Addresses::presence, request, BusMessage.Done.class, Owners.Repeat.ALWAYS);
  }

  /** From one presence node to another. */
  public boolean lastSeenChosen(NodeId other, LastSeenChosen request) {
    return bus.tell(Addresses.presence(other), request);
  }

  public Future<Mismatched> digest(NodeId owner, Digest request) {
    return bus.request(Addresses.presence(owner), request, Mismatched.class, Bus.TIMEOUT);
  }
}
