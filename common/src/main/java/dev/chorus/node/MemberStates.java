package dev.chorus.node;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.NodeMessage;
import dev.chorus.cluster.MemberState;
import dev.chorus.cluster.MemberTable;
import dev.chorus.model.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Exchanges with the other members what each says of itself. Membership alone does not tell it: a member is in the list before its consumers exist, and its attributes cannot
 * change. A change is told at once, everything again every second, so that a lost message costs a second.
 */
public final class MemberStates {
  private static final long DIGEST_MS = 1000;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private final Vertx vertx;
  private final Bus bus;
  private final MemberTable table;
  private Set<NodeId> known = Set.of();

  public MemberStates(Vertx vertx, Bus bus, MemberTable table) {
    this.vertx = vertx;
    this.bus = bus;
    this.table = table;
  }

  /** Listens, and asks everybody who is there. Done when all who are there have answered or failed to. */
  public Future<Void> start() {
    table.onChange(this::forgetTheGone);
    vertx.setPeriodic(DIGEST_MS, timer -> tellAll());
    return bus.serve(Addresses.node(table.self()), this::hear).compose(consumer -> tellAll());
  }

  /** Tells everybody the state of this node. Done when all who are there have answered or failed to. */
  public Future<Void> announce(MemberState state) {
    table.says(table.self(), state);
    return tellAll();
  }

  private Future<? extends BusMessage> hear(NodeMessage message) {
    if (message instanceof NodeMessage.State state)
      table.says(state.node(), state.state());
    return Future.succeededFuture(own());
  }

  private Future<Void> tellAll() {
    List<Future<?>> answers = new ArrayList<>();
    for (NodeId member : table.members()) {
      if (member.equals(table.self()))
        continue;
      answers.add(bus.request(Addresses.node(member), own(), NodeMessage.State.class, TIMEOUT)
          .onSuccess(state -> table.says(state.node(), state.state())));
    }
    return Future.join(answers).mapEmpty().otherwiseEmpty().mapEmpty();
  }

  private NodeMessage own() {
    return new NodeMessage.State(table.self(), table.ownState());
  }

  private synchronized void forgetTheGone() {
    Set<NodeId> gone = new HashSet<>(known);
    known = table.members();
    gone.removeAll(known);
    gone.forEach(bus::gone);
  }
}
