package dev.chorus.gateway.watch;

import dev.chorus.bus.Owners;
import dev.chorus.cluster.Ring;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Rooms about which their owners are to be told something: at the end of the tick one message per owner, one under way per owner at a time, of at most {@value #MAX_BATCH} rooms. So a
 * new owner of many rooms is told in portions.
 */
final class OwnerBatches {
  private static final int MAX_BATCH = 100;
  private final Vertx vertx;
  private final Tick tick;
  private final Supplier<Ring> ring;
  private final BiConsumer<NodeId, List<RoomId>> send;
  private final Set<RoomId> untold = new LinkedHashSet<>();
  private final Set<NodeId> busy = new HashSet<>();
  private boolean planned;

  /** @param send tells the owner, and says {@link #done} when the answer has come or not */
  OwnerBatches(Vertx vertx, Tick tick, Supplier<Ring> ring, BiConsumer<NodeId, List<RoomId>> send) {
    this.vertx = vertx;
    this.tick = tick;
    this.ring = ring;
    this.send = send;
  }

  /** Tells the owner of that room at the end of the tick. */
  void add(RoomId room) {
    untold.add(room);
    soon();
  }

  /** It failed: again after 20 to 200 ms. */
  void addLater(List<RoomId> rooms) {
    if (rooms.isEmpty())
      return;
    vertx.setTimer(Owners.wait(ThreadLocalRandom.current().nextDouble()), timer -> rooms.forEach(this::add));
  }

  void done(NodeId owner) {
    busy.remove(owner);
    if (!untold.isEmpty())
      soon();
  }

  private void soon() {
    if (planned)
      return;
    planned = true;
    tick.atEnd(this::flush);
  }

  private void flush() {
    planned = false;
    Ring now = ring.get();
    Map<NodeId, List<RoomId>> batches = new HashMap<>();
    List<RoomId> ownerless = new ArrayList<>();
    for (Iterator<RoomId> rooms = untold.iterator(); rooms.hasNext();) {
      RoomId room = rooms.next();
      NodeId owner = now.owner(room.value()).orElse(null);
      if (owner != null && busy.contains(owner))
        continue;
      List<RoomId> batch = owner == null ? ownerless : batches.computeIfAbsent(owner, node -> new ArrayList<>());
      if (batch.size() >= MAX_BATCH)
        continue;
      batch.add(room);
      rooms.remove();
    }
    addLater(ownerless);
    batches.forEach((owner, rooms) -> {
      busy.add(owner);
      send.accept(owner, rooms);
    });
  }
}
