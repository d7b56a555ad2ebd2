package dev.chorus.gateway;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.GatewayMessage.Replaced;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.bus.GatewayMessage.StreamDigest;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.auth.AuthConfig;
import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.auth.Credentials;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.connection.Connections;
import dev.chorus.gateway.connection.Desk;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.progress.Projects;
import dev.chorus.gateway.room.Joining;
import dev.chorus.gateway.room.Rooms;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.gateway.socket.Wheel;
import dev.chorus.gateway.stream.Feeds;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.gateway.watch.LogWatch;
import dev.chorus.gateway.watch.RosterWatch;
import dev.chorus.gateway.watch.TypingBatches;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.ClientFrameCodec;
import io.vertx.core.Context;
import java.time.Clock;
import java.util.function.Consumer;

/** What a gateway is made of, and who hears of what. On the gateway's context only. */
final class GatewayParts {
  final Tick tick;
  final Connections connections;
  final Rooms rooms;
  final Sends sends;
  private final Wheel wheel;
  private final UserRates rates;
  private final Streams streams;
  private final StreamAccess access;
  private final LogWatch logWatch;
  private final RosterWatch rosterWatch;
  private final DeliveryClient delivery;
  private final StreamingClient streaming;
  private final ProgressClient progress;
  private final Projects projects;
  private final Authenticator authenticator;
  private final Clock clock;

  GatewayParts(NodeContext node, GatewayConfig config, AuthConfig auth, Context context, Consumer<Replaced> tellOthers) {
    Owners owners = new Owners(node.vertx(), node.bus(), node.cluster());
    delivery = new DeliveryClient(node.bus(), owners);
    streaming = new StreamingClient(node.bus(), owners);
    progress = new ProgressClient(node.bus(), owners);
    projects = new Projects(node.vertx(), node.self(), node.cluster(), progress, node.clock());
    PresenceClient presence = new PresenceClient(node.bus(), owners);
    authenticator = new Credentials(node.vertx(), auth, node.clock());
    tick = new Tick(context);
    wheel = new Wheel(node.clock().millis());
    rates = new UserRates(config.rates());
    access = new StreamAccess(delivery);
    sends = new Sends(node.vertx(), tick, node.cluster(), delivery, node.clock());
    rooms = new Rooms(node.vertx(), tick, delivery, node.clock());
    streams = new Streams(streaming, access, node.self(),
        new Feeds(node.vertx(), node.self(), node.cluster(), streaming, rooms, node.clock()));
    logWatch = new LogWatch(node.vertx(), tick, node.cluster(), delivery, rooms);
    rosterWatch = new RosterWatch(node.vertx(), tick, node.cluster(), presence, rooms);
    rooms.connect(logWatch, rosterWatch, streams::roomLeft);
    Joining joining = new Joining(rooms, delivery, streams, node.clock(), config.sockets().replayEntries());
    TypingBatches typing = new TypingBatches(tick, node.cluster(), presence);
    Desk desk = new Desk(node.self(), config, node.clock(), wheel, new ClientFrameCodec(config.contents()), authenticator, rates, rooms,
        joining, sends, typing,
        streams, access, projects, delivery, presence, streaming);
    connections = new Connections(desk, tellOthers);
    this.clock = node.clock();
  }

  HttpSurface.Parts http() {
    return new HttpSurface.Parts(authenticator, streams, access, streaming, projects, progress, delivery, sends, rates);
  }

  void hear(GatewayMessage message) {
    switch (message) {
      case RoomFanout fanout -> rooms.fanOut(fanout);
      case RoomDigest digest -> logWatch.digest(digest, clock.millis());
      case EphemeralFanout fanout -> rooms.ephemeral(fanout);
      case StreamFanout fanout -> streams.fanOut(fanout);
      case StreamDigest digest -> streams.digest(digest);
      case ProgressFanout fanout -> projects.fanOut(fanout);
      case Replaced replaced -> connections.replaced(replaced);
    }
  }

  /** The members or a ring have changed. */
  void clusterChanged() {
    logWatch.ringChanged();
    rosterWatch.ringChanged();
    streams.clusterChanged();
    projects.clusterChanged();
  }

  void everySecond(long now) {
    wheel.turn(now);
    rooms.sweep(now);
    streams.tick();
    projects.tick();
  }

  /** As often as owners send digests. */
  void everyDigest(long now) {
    logWatch.remindSilent(now);
    rosterWatch.compare();
    rates.forgetQuiet(now);
  }

  /** Nothing is under way whose outcome somebody waits for. */
  boolean isSettled() {
    return sends.waiting() == 0;
  }
}
