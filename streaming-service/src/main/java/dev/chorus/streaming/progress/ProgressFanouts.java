package dev.chorus.streaming.progress;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.GatewayMessage.ProjectEvents;
import dev.chorus.model.NodeId;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Tells gateways of new events of the projects that they asked for lately: what came within one turn goes out as one message per gateway. A hint; what is lost is read. */
final class ProgressFanouts {
  /** Three times as long as a gateway takes to ask again. */
  private static final long WANTED_MS = 15_000;
  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;
  /** Until when each gateway wants to hear of each project. */
  private final Map<String, Map<NodeId, Long>> wanted = new HashMap<>();
  private final List<ProjectEvents> pending = new ArrayList<>();

  ProgressFanouts(Vertx vertx, Bus bus, Clock clock) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
  }

  void watch(NodeId gateway, String project) {
    wanted.computeIfAbsent(project, name -> new HashMap<>(2)).put(gateway, clock.millis() + WANTED_MS);
  }

  void add(ProjectEvents events) {
    if (!wanted.containsKey(events.project()))
      return;
    pending.add(events);
    if (pending.size() == 1)
      vertx.runOnContext(turn -> flush());
  }

  private void flush() {
    long now = clock.millis();
    Map<NodeId, List<ProjectEvents>> byGateway = new HashMap<>();
    for (ProjectEvents events : pending) {
      wanted.getOrDefault(events.project(), Map.of()).forEach((gateway, until) -> {
        if (until >= now)
          byGateway.computeIfAbsent(gateway, node -> new ArrayList<>()).add(events);
      });
    }
    pending.clear();
    byGateway.forEach((gateway, events) -> bus.tell(Addresses.gateway(gateway), new ProgressFanout(events)));
  }

  /** Now and then: forgets whom nobody wants to hear of any more. */
  void forgetUnwanted() {
    long now = clock.millis();
    for (Iterator<Map<NodeId, Long>> each = wanted.values().iterator(); each.hasNext();) {
      Map<NodeId, Long> gateways = each.next();
      gateways.values().removeIf(until -> until < now);
      if (gateways.isEmpty())
        each.remove();
    }
  }
}
