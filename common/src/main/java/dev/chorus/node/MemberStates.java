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
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Exchanges with the other members what each says of itself. Membership alone does not tell it: a member is in the list before its consumers exist, and its attributes cannot
 * change. A change is told at once, everything again every second, so that a lost message costs a second.
 */
public final class MemberStates {
  private static final long DIGEST_MS = 1000;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final long ASK_AGAIN_MS = 100;
  /** Longer than it takes to notice that a member is silent for good. */
  private static final Duration LONGEST_HEARING = Duration.ofSeconds(12);
  private final Vertx vertx;
  private final Bus bus;
  private final MemberTable table;
  private final Set<NodeId> heard = ConcurrentHashMap.newKeySet();
  private Set<NodeId> known = Set.of();

  public MemberStates(Vertx vertx, Bus bus, MemberTable table) {
    this.vertx = vertx;
    this.bus = bus;
    this.table = table;
  }

  /**
   * Listens, and asks everybody who is there, over and over: while the cluster takes in a node, its address book may not be readable for seconds, and a node that does not know
   * who serves takes every room for nobody's. Done when all who are there have said what they do, or did not for so long that they must be gone.
   */
  public Future<Void> start() {
    table.onChange(this::forgetTheGone);
    vertx.setPeriodic(DIGEST_MS, timer -> tellAll());
    return bus.serve(Addresses.node(table.self()), this::hear).compose(consumer -> {
      long deadline = System.nanoTime() + LONGEST_HEARING.toNanos();
      return Future.join(others().map(member -> hearing(member, deadline)).toList()).mapEmpty();
    });
  }

  private Future<Void> hearing(NodeId member, long deadline) {
    if (heard.contains(member) || !table.members().contains(member) || System.nanoTime() > deadline)
      return Future.succeededFuture();
    return ask(member).transform(asked -> asked.succeeded()
        ? Future.succeededFuture()
        : vertx.timer(ASK_AGAIN_MS, TimeUnit.MILLISECONDS).compose(later -> hearing(member, deadline)));
  }

  /** Tells everybody the state of this node. Done when all who are there have answered or failed to. */
  public Future<Void> announce(MemberState state) {
    table.says(table.self(), state);
    return tellAll();
  }

  private Future<? extends BusMessage> hear(NodeMessage message) {
    if (message instanceof NodeMessage.State state)
      says(state);
    return Future.succeededFuture(own());
  }

  private void says(NodeMessage.State state) {
    table.says(state.node(), state.state());
    heard.add(state.node());
  }

  private Future<Void> tellAll() {
    return Future.join(others().map(this::ask).toList()).<Void>mapEmpty().otherwiseEmpty();
  }

  private Stream<NodeId> others() {
    return table.members().stream().filter(member -> !member.equals(table.self()));
  }

  /** Tells it what this node does; it answers with what it does itself. */
  private Future<NodeMessage.State> ask(NodeId member) {
    return bus.request(Addresses.node(member), own(), NodeMessage.State.class, TIMEOUT).onSuccess(this::says);
  }

  private NodeMessage own() {
    return new NodeMessage.State(table.self(), table.ownState());
  }

  private synchronized void forgetTheGone() {
    Set<NodeId> gone = new HashSet<>(known);
    known = table.members();
    gone.removeAll(known);
    heard.retainAll(known);
    known.forEach(bus::back);
    gone.forEach(bus::gone);
  }
}
