package dev.chorus.gateway.http;

import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.PresenceClient;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.ListTyping;
import dev.chorus.bus.PresenceMessage.Roster;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.gateway.room.Visitors;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.ClientFrameCodec;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.Fields;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/** {@code /api/rooms/{room}/presence} and {@code /typing}: who is there and who types, for those without a socket. Members only; an admin may read everywhere. */
public final class RoomPresence {
  private static final int MAX_LIMIT = 500;
  private static final int MAX_USERS = 100;
  private final ClientFrameCodec codec;
  private final DeliveryClient delivery;
  private final PresenceClient presence;
  private final Visitors visitors;
  private final Hints hints;

  public RoomPresence(ClientFrameCodec codec, DeliveryClient delivery, PresenceClient presence, Visitors visitors, Hints hints) {
    this.codec = codec;
    this.delivery = delivery;
    this.presence = presence;
    this.visitors = visitors;
    this.hints = hints;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/rooms/{room}/presence", this::list), Route.of("POST", "/api/rooms/{room}/presence", this::update),
        Route.of("GET", "/api/rooms/{room}/typing", this::typists), Route.of("POST", "/api/rooms/{room}/typing", this::type));
  }

  private void list(Exchange exchange) {
    RoomId room = RoomId.parse(exchange.segment("room"));
    Long limit = exchange.number("limit");
    if (limit != null && (limit < 1 || limit > MAX_LIMIT))
      throw Problem.badRequest("'limit' is not a number from 1 to " + MAX_LIMIT + ".").refusal();
    List<UserId> users = users(exchange.query("users"));
    ListParticipants request = new ListParticipants(room, exchange.query("cursor"), limit == null ? MAX_LIMIT : limit.intValue(), users);
    allowed(exchange.caller(), room, true).compose(member -> presence.participants(request)).map(RoomPresence::participants)
        .onSuccess(roster -> exchange.json(200, roster)).onFailure(exchange::refuse);
  }

  private static Ack.Participants participants(Roster roster) {
    return new Ack.Participants(roster.participants(), roster.version(), roster.cursor());
  }

  /** {@code ?users=a,b}: these, whether they are there or not. */
  private static List<UserId> users(String names) {
    if (names == null || names.isEmpty())
      return null;
    List<UserId> users = Stream.of(names.split(",", -1)).filter(name -> !name.isEmpty()).map(UserId::parse).toList();
    if (users.size() > MAX_USERS)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'users' names more than " + MAX_USERS + ".");
    return users;
  }

  private void update(Exchange exchange) {
    RoomId room = RoomId.parse(exchange.segment("room"));
    Principal caller = exchange.caller();
    exchange.jsonBody().compose(body -> {
      ClientFrame.PresenceUpdate frame = codec.presenceUpdate(room, new Fields(body));
      return allowed(caller, room, false).compose(member -> updated(caller, frame));
    }).onSuccess(done -> exchange.json(200, done)).onFailure(exchange::refuse);
  }

  private Future<Ack> updated(Principal caller, ClientFrame.PresenceUpdate frame) {
    if (!visitors.says(caller, frame)) {
      return Future.failedFuture(
          Problem.retryAfter(ErrorCode.UNAVAILABLE, "This node has as many users without a socket as it takes.", 1000).refusal());
    }
    if (frame.lastSeen() == null)
      return Future.succeededFuture(new Ack.Empty());
    boolean everyone = frame.lastSeen() == ClientFrame.PresenceUpdate.LastSeen.EVERYONE;
    return presence.chooseLastSeen(new ChooseLastSeen(caller.user(), everyone)).map(new Ack.Empty());
  }

  private void typists(Exchange exchange) {
    RoomId room = RoomId.parse(exchange.segment("room"));
    allowed(exchange.caller(), room, true).compose(member -> presence.typists(new ListTyping(room)))
        .onSuccess(now -> exchange.json(200, new Event.TypingStart(now.users()))).onFailure(exchange::refuse);
  }

  private void type(Exchange exchange) {
    RoomId room = RoomId.parse(exchange.segment("room"));
    Principal caller = exchange.caller();
    exchange.jsonBody().compose(body -> {
      ClientFrame.Typing frame = codec.typing(room, new Fields(body));
      return allowed(caller, room, false).map(member -> {
        hints.add(new Typing(room, caller.user(), null, frame.agentId(), frame.on()));
        return new Ack.Empty();
      });
    }).onSuccess(done -> exchange.json(200, done)).onFailure(exchange::refuse);
  }

  /** Delivery knows who is a member, and says so when asked for history. */
  private Future<?> allowed(Principal caller, RoomId room, boolean adminMay) {
    if (adminMay && caller.admin())
      return Future.succeededFuture();
    if (!caller.mayJoin(room))
      return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
    return delivery.history(new ReadHistory(room, caller.user(), false, null, null, 1));
  }
}
