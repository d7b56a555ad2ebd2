package dev.chorus.gateway.socketkit;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.PresenceApi;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Answering;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.LastSeenChosen;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.SetActivities;
import dev.chorus.bus.PresenceMessage.SetCursors;
import dev.chorus.bus.PresenceMessage.TypingNow;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.Gone;
import dev.chorus.bus.PresenceMessage.Here;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.RoomDigest;
import dev.chorus.bus.PresenceMessage.RoomPresence;
import dev.chorus.bus.PresenceMessage.RoomRoster;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.RosterHash;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A presence node without graces and merges: it notes what it is told, and shows joins and typing at once. Used on one context only. */
public final class RosterOwner implements PresenceApi {
  private final Bus bus;
  private final NodeId gateway;
  public final Map<RoomId, Map<String, Here>> rooms = new HashMap<>();
  public final List<Gone> gone = new ArrayList<>();
  public final List<Typing> typing = new ArrayList<>();
  public final List<CursorMove> cursors = new ArrayList<>();
  public final List<ActivityChange> activities = new ArrayList<>();
  public final List<ChooseLastSeen> choices = new ArrayList<>();
  public final List<Announce> announcements = new ArrayList<>();
  public final List<CameOver> cameOver = new ArrayList<>();
  /** It sees another ring than the gateway. */
  public boolean otherRing;
  /** Announcements are answered when it is completed, if there is one. */
  public Promise<Void> gate;
  public RuntimeException failure;
  public int mismatches;
  /** Knows of connections elsewhere, which a gateway's announcement in full does not name. */
  public boolean keep;
  private long version = 100;

  public RosterOwner(Bus bus, NodeId gateway) {
    this.bus = bus;
    this.gateway = gateway;
  }

  @Override
  public Future<Announced> announce(Announce request) {
    if (failure != null)
      return Future.failedFuture(failure);
    announcements.add(request);
    List<RoomRoster> rosters = new ArrayList<>();
    for (RoomPresence presence : request.rooms()) {
      Map<String, Here> room = rooms.computeIfAbsent(presence.room(), r -> new LinkedHashMap<>());
      version = Math.max(version, presence.shownVersion());
      if (presence.full() && !keep)
        room.clear();
      for (Gone one : presence.gone()) {
        gone.add(one);
        room.remove(one.connection());
      }
      presence.here().forEach(here -> room.put(here.connection(), here));
      // Before the answer: its roster is what events up to its version have told.
      presence.here()
          .forEach(here -> show("user:join", presence.room(), new Item(here.user(), Json.bytes(presence(here))), ++version, true));
      rosters.add(new RoomRoster(presence.room(), ++version, participants(presence.room()), false));
    }
    Future<Void> open = gate == null ? Future.succeededFuture() : gate.future();
    return open.map(new Announced(rosters));
  }

  @Override
  public Future<BusMessage.Done> cameOver(CameOver request) {
    cameOver.add(request);
    if (otherRing)
      return Future.failedFuture(NotCarriedOut.moved());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  /** Tells the gateway of an event of the room. */
  public void show(String type, RoomId room, Item item, Long withVersion, boolean echo) {
    tell(new EphemeralFanout(List.of(new RoomEphemeral(room, type, "users", List.of(item), withVersion, echo))));
  }

  public void tell(EphemeralFanout fanout) {
    bus.tell(Addresses.gateway(gateway), fanout);
  }

  public List<Presence> participants(RoomId room) {
    return rooms.getOrDefault(room, Map.of()).values().stream().map(RosterOwner::presence).toList();
  }

  private static Presence presence(Here here) {
    return new Presence(here.user(), here.name(), here.status(), null, List.of(here.device()), 1L, here.metadata());
  }

  @Override
  public Future<Roster> participants(ListParticipants request) {
    return Future.succeededFuture(new Roster(version, participants(request.room()), null));
  }

  @Override
  public Future<BusMessage.Done> typing(SetTyping request) {
    for (Typing change : request.changes()) {
      typing.add(change);
      String json = "{\"user\":\"" + change.user() + "\"}";
      show(change.on() ? "typing:start" : "typing:stop", change.room(),
          new Item(change.user(), json.getBytes(java.nio.charset.StandardCharsets.UTF_8)), null, false);
    }
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<TypingNow> typists(ListTyping request) {
    return Future.succeededFuture(new TypingNow(List.of()));
  }

  @Override
  public Future<BusMessage.Done> cursors(SetCursors request) {
    cursors.addAll(request.moves());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<BusMessage.Done> activities(SetActivities request) {
    activities.addAll(request.changes());
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<BusMessage.Done> answering(Answering request) {
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<BusMessage.Done> chooseLastSeen(ChooseLastSeen request) {
    choices.add(request);
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<BusMessage.Done> lastSeenChosen(LastSeenChosen request) {
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<Mismatched> digest(Digest request) {
    List<RoomId> differ = new ArrayList<>();
    for (RoomDigest digest : request.rooms()) {
      long hash = RosterHash.EMPTY;
      for (Here here : rooms.getOrDefault(digest.room(), Map.of()).values())
        hash += here.hash();
      if (hash != digest.hash())
        differ.add(digest.room());
    }
    mismatches += differ.size();
    return Future.succeededFuture(new Mismatched(differ));
  }
}
