package dev.chorus.presence;

import dev.chorus.bus.Addresses;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.NotCarriedOut;
import dev.chorus.bus.PresenceApi;
import dev.chorus.bus.PresenceMessage.Announce;
import dev.chorus.bus.PresenceMessage.Announced;
import dev.chorus.bus.PresenceMessage.Digest;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Mismatched;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.SetTyping;
import dev.chorus.node.NodeContext;
import dev.chorus.presence.room.Rooms;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.OptionalLong;

/** The shell around {@link Rooms}: the bus, one timer that runs only while something is due, and the cluster's changes, all on one event-loop context. */
final class PresenceVerticle extends VerticleBase implements PresenceApi {
  private static final long NOT_ARMED = Long.MAX_VALUE;
  private final NodeContext node;
  private final PresenceConfig config;
  private final Meters meters;
  private Fanout fanout;
  private Rooms rooms;
  private long armedFor = NOT_ARMED;
  private long timer;

  PresenceVerticle(NodeContext node, PresenceConfig config, Meters meters) {
    this.node = node;
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    Context own = context;
    fanout = new Fanout(own, node.bus(), node.clock(), meters);
    rooms = new Rooms(node.cluster(), config.grace(), fanout);
    node.cluster().onChange(() -> own.runOnContext(turn -> clusterChanged()));
    return node.bus().serve(Addresses.presence(node.self()), this::dispatch);
  }

  /**
   * A gateway that is not a member is as good as dead: nothing would ever remove what it announces. It asks again. Events that are older than the answer's snapshots leave
   * before it: the gateway takes what comes after a snapshot with a lower version for old news.
   */
  @Override
  public Future<Announced> announce(Announce request) {
    if (!node.cluster().members().contains(request.gateway()))
      return Future.failedFuture(NotCarriedOut.moved());
    Announced answer = new Announced(rooms.announce(request, now()));
    fanout.flush();
    settle();
    return Future.succeededFuture(answer);
  }

  @Override
  public Future<Roster> participants(ListParticipants request) {
    if (!rooms.owns(request.room()))
      return Future.failedFuture(NotCarriedOut.moved());
    return Future.succeededFuture(rooms.participants(request, now()));
  }

  @Override
  public Future<BusMessage.Done> typing(SetTyping request) {
    rooms.typing(request.changes(), now());
    settle();
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  @Override
  public Future<Mismatched> digest(Digest request) {
    return Future.succeededFuture(new Mismatched(rooms.mismatched(request)));
  }

  private void clusterChanged() {
    rooms.clusterChanged(now());
    settle();
  }

  /** After every change: the timer is set to what is due next. */
  private void settle() {
    meters.rooms(rooms.size());
    OptionalLong next = rooms.nextTick();
    if (next.isEmpty() || next.getAsLong() >= armedFor)
      return;
    if (armedFor != NOT_ARMED)
      vertx.cancelTimer(timer);
    armedFor = next.getAsLong();
    timer = vertx.setTimer(Math.max(1, armedFor - now()), fired -> tick());
  }

  private void tick() {
    armedFor = NOT_ARMED;
    rooms.tick(now());
    settle();
  }

  private long now() {
    return node.clock().millis();
  }
}
