package dev.chorus.gateway.watch;

import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.CameOver;
import dev.chorus.cluster.Ring;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the presence owners have yet to hear of this gateway since the ring last changed. Who has heard of all its rooms is told so, until it has understood: it waits no longer
 * for this gateway to claim those whom others show.
 */
final class ComingOver {
  /** Some ten seconds: after that an owner waits for nobody any more. */
  private static final int MAX_ATTEMPTS = 90;
  private final Vertx vertx;
  private final PresenceClient presence;
  private final NodeId self;
  private final Map<NodeId, Set<RoomId>> unheard = new HashMap<>();
  private Ring ring = Ring.EMPTY;

  ComingOver(Vertx vertx, PresenceClient presence, NodeId self) {
    this.vertx = vertx;
    this.presence = presence;
    this.self = self;
  }

  /** The ring may have changed; then these are the rooms of which their owners there may not know everything. */
  void begin(Ring now, Collection<RoomId> untold) {
    if (now.equals(ring))
      return;
    ring = now;
    unheard.clear();
    now.nodes().forEach(owner -> unheard.put(owner, new HashSet<>()));
    for (RoomId room : untold)
      now.owner(room.value()).ifPresent(owner -> unheard.get(owner).add(room));
    now.nodes().forEach(owner -> sayIfComplete(owner));
  }

  /** That owner knows everything of the room. */
  void heard(NodeId owner, RoomId room) {
    Set<RoomId> rooms = unheard.get(owner);
    if (rooms != null && rooms.remove(room))
      sayIfComplete(owner);
  }

  private void sayIfComplete(NodeId owner) {
    if (!unheard.get(owner).isEmpty())
      return;
    unheard.remove(owner);
    say(owner, ring, MAX_ATTEMPTS);
  }

  private void say(NodeId owner, Ring by, int attempts) {
    if (!by.equals(ring) || attempts == 0)
      return;
    presence.cameOver(owner, new CameOver(self, by.fingerprint())).onFailure(refused -> vertx
        .setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> say(owner, by, attempts - 1)));
  }
}
