package dev.chorus.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.DeliveryClient;
import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.send.Sends;
import dev.chorus.gateway.watch.Hints;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.ClientFrameCodec;
import dev.chorus.protocol.Fields;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;

/** {@code /api/rooms/{room}/messages}: history and sending for those without a socket. */
public final class RoomMessages {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 500;
  private static final int CLIENT_ID = 22;
  private final ClientFrameCodec codec;
  private final DeliveryClient delivery;
  private final Sends sends;
  private final UserRates rates;
  private final Hints hints;
  private final Clock clock;

  public RoomMessages(ClientFrameCodec codec, DeliveryClient delivery, Sends sends, UserRates rates, Hints hints, Clock clock) {
    this.codec = codec;
    this.delivery = delivery;
    this.sends = sends;
    this.rates = rates;
    this.hints = hints;
    this.clock = clock;
  }

  public List<Route> routes() {
    return List.of(Route.of("GET", "/api/rooms/{room}/messages", this::history),
        Route.of("POST", "/api/rooms/{room}/messages", this::send));
  }

  private void history(Exchange exchange) {
    RoomId room = exchange.room(true);
    int limit = exchange.limit(DEFAULT_LIMIT, MAX_LIMIT);
    Long before = exchange.number("before");
    Long after = exchange.number("after");
    if (before != null && after != null)
      throw Problem.badRequest("Give 'before' or 'after', not both.").refusal();
    Principal caller = exchange.caller();
    delivery.history(new ReadHistory(room, caller.user(), caller.admin(), before, after, limit))
        .onSuccess(page -> exchange.json(200, new Ack.History(page.entries(), page.head(), page.more()))).onFailure(exchange::refuse);
  }

  private void send(Exchange exchange) {
    RoomId room = exchange.room(true);
    exchange.jsonBody().compose(body -> sent(exchange.caller(), room, body)).onSuccess(ack -> exchange.json(200, ack))
        .onFailure(exchange::refuse);
  }

  private Future<Ack.Sent> sent(Principal caller, RoomId room, ObjectNode body) {
    rates.send(caller, clock.millis()).ifPresent(problem -> {
      throw problem.refusal();
    });
    Fields fields = new Fields(body);
    String sender = fields.text("sender");
    if (sender != null && !caller.admin())
      throw Refusal.of(ErrorCode.FORBIDDEN, "Only an admin may name a 'sender'.");
    UserId user = sender == null ? caller.user() : UserId.parse(sender);
    ClientFrame.Send send = codec.send(room, fields);
    // Whoever has sent it types no more, on whichever connection.
    hints.add(new Typing(room, user, null, null, false));
    return sends.send(new Append(user, caller.admin(), send.clientId() == null ? send.withClientId(Words.random(CLIENT_ID)) : send));
  }
}
