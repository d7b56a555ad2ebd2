package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.room.Reader;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;

/** Lets connections in by their credential, and judges them anew when they bring another one. */
final class Admission {
  private static final long TOO_MANY_RECONNECT_MS = 5_000;
  private final Desk desk;
  private final Connections connections;

  Admission(Desk desk, Connections connections) {
    this.desk = desk;
    this.connections = connections;
  }

  /**
   * The first credential of a connection; a wrong one ends it.
   *
   * @param auth the frame that brought it, or null when it came with the request
   */
  void admit(Connection connection, JsonNode frameId, String credential, ClientFrame.Auth auth) {
    connection.checking();
    desk.authenticator().authenticate(credential).onComplete(result -> {
      if (connection.isClosed())
        return;
      if (result.succeeded())
        welcome(connection, frameId, result.result(), auth);
      else
        refuse(connection, frameId, Refusal.problemOf(result.cause()));
      connection.checked();
    });
  }

  private static void refuse(Connection connection, JsonNode frameId, Problem problem) {
    if (frameId != null)
      connection.answer(frameId, problem);
    connection.socket().close(CloseCode.UNAUTHORIZED);
  }

  void welcome(Connection connection, JsonNode frameId, Principal principal, ClientFrame.Auth auth) {
    if (auth != null && auth.device() != null)
      connection.device(auth.device());
    if (auth != null && auth.replace())
      connections.replace(principal.user(), connection.device(), connection.connection());
    if (!connections.admit(connection, principal.user())) {
      connection.socket().close(CloseCode.RATE_LIMITED, TOO_MANY_RECONNECT_MS);
      return;
    }
    connection.become(principal);
    connection.acknowledge(frameId, new Ack.Empty());
    long heartbeatMs = desk.config().sockets().heartbeat().toMillis();
    connection.socket()
        .send(EventCodec
            .event(new Event.Welcome(connection.connection(), principal.user(), desk.self(), heartbeatMs, desk.clock().millis())));
  }

  /** A new credential on a live connection; a wrong one changes nothing. */
  void renew(Connection connection, JsonNode frameId, ClientFrame.Auth auth) {
    desk.authenticator().authenticate(auth.token()).onComplete(result -> {
      if (connection.isClosed())
        return;
      if (result.failed()) {
        connection.answer(frameId, Refusal.problemOf(result.cause()));
      } else if (desk.authenticator().takesNames()) {
        renewed(connection, connection.principal(), auth);
        connection.acknowledge(frameId, new Ack.Empty());
      } else if (!result.result().user().equals(connection.principal().user())) {
        connection.answer(frameId, Problem.of(ErrorCode.FORBIDDEN, "This token belongs to another user."));
      } else {
        renewed(connection, result.result(), auth);
        connection.acknowledge(frameId, new Ack.Empty());
      }
    });
  }

  private void renewed(Connection connection, Principal principal, ClientFrame.Auth auth) {
    connection.become(principal);
    boolean moved = auth.device() != null && !auth.device().equals(connection.device());
    if (moved)
      connection.device(auth.device());
    for (Reader reader : connection.readers()) {
      RoomId room = reader.roomId();
      if (!principal.mayJoin(room)) {
        connection.exit(room, true);
        connection.socket().send(EventCodec.event(new Event.RoomLeft("forbidden"), room, null));
      } else if (moved) {
        desk.rooms().changed(reader);
      }
    }
    for (RoomId room : connection.views().rooms()) {
      if (!principal.mayJoin(room) && !principal.admin())
        connection.views().bar(room, Problem.of(ErrorCode.FORBIDDEN, "Your token does not allow this stream's room any more."));
    }
    if (auth.replace())
      connections.replace(principal.user(), connection.device(), connection.connection());
  }
}
