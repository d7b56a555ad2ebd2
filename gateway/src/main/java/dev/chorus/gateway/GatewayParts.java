package dev.chorus.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.Addresses;
import dev.chorus.bus.Bus;
import dev.chorus.bus.BusMessage;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.GatewayMessage;
import dev.chorus.bus.GatewayMessage.ConnectionsEnded;
import dev.chorus.bus.GatewayMessage.EphemeralFanout;
import dev.chorus.bus.GatewayMessage.MemberRemoved;
import dev.chorus.bus.GatewayMessage.NoticeFanout;
import dev.chorus.bus.GatewayMessage.ReceiptFanout;
import dev.chorus.bus.GatewayMessage.RedeliveryFanout;
import dev.chorus.bus.GatewayMessage.Figures;
import dev.chorus.bus.GatewayMessage.Measure;
import dev.chorus.bus.GatewayMessage.Published;
import dev.chorus.bus.GatewayMessage.RedeemTicket;
import dev.chorus.bus.GatewayMessage.ProgressFanout;
import dev.chorus.bus.GatewayMessage.Replaced;
import dev.chorus.bus.GatewayMessage.RoomDigest;
import dev.chorus.bus.GatewayMessage.RoomFanout;
import dev.chorus.bus.GatewayMessage.Said;
import dev.chorus.bus.GatewayMessage.Say;
import dev.chorus.bus.GatewayMessage.StreamDigest;
import dev.chorus.bus.GatewayMessage.TicketHolder;
import dev.chorus.bus.GatewayMessage.StreamFanout;
import dev.chorus.bus.GatewayMessage.UserFanout;
import dev.chorus.bus.Owners;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.auth.AuthConfig;
import dev.chorus.gateway.auth.Anyone;
import dev.chorus.gateway.auth.Authenticator;
import dev.chorus.gateway.auth.Credentials;
import dev.chorus.gateway.auth.Tickets;
import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.gateway.connection.Newcomers;
import dev.chorus.gateway.connection.Connections;
import dev.chorus.gateway.connection.Desk;
import dev.chorus.gateway.downlink.CommandsResource;
import dev.chorus.gateway.downlink.DownlinkResource;
import dev.chorus.gateway.http.PublishResource;
import dev.chorus.gateway.http.RoomPresence;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StatsResource;
import dev.chorus.gateway.http.TicketResource;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.moderation.Moderation;
import dev.chorus.gateway.receipt.Marks;
import dev.chorus.gateway.publish.Publisher;
import dev.chorus.gateway.progress.Projects;
import dev.chorus.gateway.room.Joining;
import dev.chorus.gateway.room.Rooms;
import dev.chorus.gateway.room.Visitors;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.socket.Linger;
import dev.chorus.gateway.socket.Tick;
import dev.chorus.gateway.socket.Wheel;
import dev.chorus.gateway.stream.Feeds;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.gateway.watch.LogWatch;
import dev.chorus.gateway.watch.RosterWatch;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Principal;
import dev.chorus.model.Refusal;
import dev.chorus.node.NodeContext;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrameCodec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a gateway is made of, and who hears of what. On the gateway's context only. */
final class GatewayParts {
  final Tick tick;
  final Connections connections;
  final Rooms rooms;
  private final Newcomers newcomers;
  final Sends sends;
  final Marks marks;
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
  private final Moderation moderation;
  private final Tickets tickets;
  private final StatsResource stats;
  private final NodeId self;
  private final Publisher publisher;
  private final ClientFrameCodec codec;
  private final PresenceClient presence;
  private final Visitors visitors;
  private final Hints hints;
  private final Clock clock;
  private final CommandsResource commands;
  private final DownlinkResource downlinks;

  GatewayParts(NodeContext node, GatewayConfig config, AuthConfig auth, Context context, Consumer<Replaced> tellOthers) {
    Owners owners = new Owners(node.vertx(), node.bus(), node.cluster());
    delivery = new DeliveryClient(node.bus(), owners);
    streaming = new StreamingClient(node.bus(), owners);
    presence = new PresenceClient(node.bus(), owners);
    tickets = new Tickets(node.self(), auth.off() ? new Anyone() : new Credentials(node.vertx(), auth, node.clock()),
        (gateway, word) -> redeem(node.bus(), gateway, word), node.clock());
    authenticator = tickets;
    stats = new StatsResource(node.bus(), node.cluster());
    self = node.self();
    codec = new ClientFrameCodec(config.contents());
    publisher = new Publisher(node.bus(), node.cluster(), config.contents().contentBytes());
    progress = new ProgressClient(node.bus(), owners);
    projects = new Projects(node.vertx(), node.self(), node.cluster(), progress, node.clock());
    tick = new Tick(context);
    wheel = new Wheel(node.clock().millis());
    rates = new UserRates(config.rates());
    access = new StreamAccess(delivery);
    sends = new Sends(node.vertx(), tick, node.cluster(), delivery, node.clock());
    rooms = new Rooms(node.vertx(), tick, delivery, node.clock());
    streams = new Streams(streaming, access, node.self(),
        new Feeds(node.vertx(), node.self(), node.cluster(), streaming, rooms, node.clock(), Feeds.WATCH_PATIENCE_MS));
    marks = new Marks(node.vertx(), node.cluster(), delivery, node.clock(), rooms::position);
    moderation = new Moderation(node.vertx(), node.bus(), node.cluster(), delivery);
    logWatch = new LogWatch(node.vertx(), tick, node.cluster(), delivery, rooms);
    rosterWatch = new RosterWatch(node.vertx(), tick, node.cluster(), presence, rooms);
    visitors = new Visitors(rooms, node.self(), node.clock());
    hints = new Hints(node.vertx(), tick, node.cluster(), presence, node.clock());
    newcomers = new Newcomers(node.cluster(), delivery);
    rooms.connect(logWatch, rosterWatch, hints, streams::roomLeft);
    Joining joining = new Joining(node.vertx(), rooms, delivery, streams, node.clock(), config.sockets().replayEntries(),
        config.joinPatience());
    Desk desk = new Desk(node.vertx(), node.self(), config, node.clock(), wheel, codec, authenticator, rates, rooms,
        joining, sends, marks, hints, streams, access, projects, delivery, presence, streaming, moderation);
    connections = new Connections(desk, tellOthers, newcomers);
    this.clock = node.clock();
    commands = new CommandsResource(node.bus(), node.self(), node.cluster(), connections);
    downlinks = new DownlinkResource(node.vertx(), tick, connections, config.sockets().sendBufferBytes());
  }

  HttpSurface.Parts http() {
    return new HttpSurface.Parts(authenticator, streams, access, streaming, projects, progress, delivery, sends, moderation, rates, hints);
  }

  /** Sockets that are ended. */
  Linger linger() {
    return new Linger(wheel, clock);
  }

  /** Beside those of {@link #http}. */
  List<Route> moreRoutes() {
    List<Route> routes = new ArrayList<>(new PublishResource(publisher).routes());
    routes.addAll(new RoomPresence(codec, delivery, presence, visitors, hints).routes());
    routes.addAll(new TicketResource(tickets).routes());
    routes.addAll(stats.routes());
    routes.addAll(downlinks.routes());
    routes.addAll(commands.routes());
    return routes;
  }

  private static Future<Principal> redeem(Bus bus, NodeId gateway, String word) {
    return bus.request(Addresses.gateway(gateway), new RedeemTicket(word), TicketHolder.class, Bus.TIMEOUT)
        .map(holder -> new Principal(holder.user(), holder.name(), holder.rooms(), holder.admin(), holder.expiresAt()));
  }

  private Future<TicketHolder> redeem(RedeemTicket ticket) {
    return tickets.redeem(ticket.word())
        .map(holder -> Future
            .succeededFuture(new TicketHolder(holder.user(), holder.name(), holder.rooms(), holder.admin(), holder.expiresAt())))
        .orElseGet(() -> Future.failedFuture(Refusal.of(ErrorCode.UNAUTHORIZED, "The ticket is wrong, used or has expired.")));
  }

  private Figures figures() {
    return new Figures(self, connections.count(), rooms.count(), tick.traffic().in(), tick.traffic().out(), sends.waiting(),
        connections.unsent());
  }

  /** What others tell this gateway, or ask it. */
  Future<? extends BusMessage> hear(GatewayMessage message) {
    switch (message) {
      case RedeemTicket ticket -> {
        return redeem(ticket);
      }
      case Measure measure -> {
        return Future.succeededFuture(figures());
      }
      case Say say -> {
        return commands.said(say);
      }
      case RoomFanout fanout -> rooms.fanOut(fanout);
      case RoomDigest digest -> logWatch.digest(digest, clock.millis());
      case EphemeralFanout fanout -> rooms.ephemeral(fanout);
      case StreamFanout fanout -> streams.fanOut(fanout);
      case StreamDigest digest -> streams.digest(digest);
      case ReceiptFanout fanout -> rooms.receipts(fanout);
      case NoticeFanout fanout -> rooms.notices(fanout);
      case RedeliveryFanout fanout -> rooms.redeliveries(fanout);
      case UserFanout fanout -> connections.tell(fanout);
      case MemberRemoved removed -> {
        connections.removed(removed);
        visitors.removed(removed.room(), removed.user());
        streams.removed(removed.room(), removed.user());
      }
      case ConnectionsEnded ended -> connections.ended(ended.user());
      case ProgressFanout fanout -> projects.fanOut(fanout);
      case Replaced replaced -> connections.replaced(replaced);
      case Published published -> published(published);
      case TicketHolder answer -> throw new IllegalArgumentException("an answer, not a call");
      case Figures answer -> throw new IllegalArgumentException("an answer, not a call");
      case Said answer -> throw new IllegalArgumentException("an answer, not a call");
    }
    return Future.succeededFuture(BusMessage.Done.DONE);
  }

  private void published(Published published) {
    if (published.room() != null)
      rooms.published(published.room(), published.envelope());
    else
      connections.published(published.user(), published.envelope());
  }

  /** An event of another program's, by the bus. */
  Future<?> publish(ObjectNode body) {
    publisher.publish(body);
    return Future.succeededFuture(new Ack.Empty());
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
    rosterWatch.compare();
    visitors.sweep(now);
    streams.tick();
    projects.tick();
    newcomers.tell();
  }

  /** As often as owners send digests. */
  void everyDigest(long now) {
    logWatch.remindSilent(now);
    rates.forgetQuiet(now);
  }

  /** Nothing is under way whose outcome somebody waits for. */
  boolean isSettled() {
    return sends.waiting() == 0 && marks.waiting() == 0;
  }
}
