package dev.chorus.gateway.watch;

import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.cluster.Cluster;
import dev.chorus.cluster.Role;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Typing on its way to the owners of its rooms, one message per owner and tick. A hint: what is lost ends by itself. */
public final class TypingBatches {
  private static final int MAX_BATCH = 2_000;
  private final Tick tick;
  private final Cluster cluster;
  private final PresenceClient presence;
  private List<Typing> changes = new ArrayList<>();

  public TypingBatches(Tick tick, Cluster cluster, PresenceClient presence) {
    this.tick = tick;
    this.cluster = cluster;
    this.presence = presence;
  }

  public void add(Typing change) {
    if (changes.size() >= MAX_BATCH)
      return;
    if (changes.isEmpty())
      tick.atEnd(this::flush);
    changes.add(change);
  }

  private void flush() {
    Map<NodeId, List<Typing>> byOwner = new HashMap<>();
    for (Typing change : changes) {
      cluster.ring(Role.PRESENCE).owner(change.room().value())
          .ifPresent(owner -> byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(change));
    }
    changes = new ArrayList<>();
    byOwner.forEach((owner, typing) -> presence.typing(owner, new SetTyping(typing)));
  }
}
