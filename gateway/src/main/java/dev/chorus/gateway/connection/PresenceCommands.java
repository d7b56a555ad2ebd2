package dev.chorus.gateway.connection;

import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.PresenceMessage.ActivityChange;
import dev.chorus.bus.PresenceMessage.ChooseLastSeen;
import dev.chorus.bus.PresenceMessage.CursorMove;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import java.util.Optional;

/** What clients say in passing of themselves: where they are, what they do (docs/protocol.md, section 5). */
final class PresenceCommands {
  /** The turn of what concerns all rooms of a connection. */
  static final Object EVERYWHERE = new Object();
  private final Desk desk;

  PresenceCommands(Desk desk) {
    this.desk = desk;
  }

  /** For those who are in the room here; of others delivery knows whether they are members, and says so when asked for history. */
  Future<Ack.Participants> participants(Connection connection, ClientFrame.PresenceList frame) {
    Optional<Problem> refused = Commands.refusal(connection, frame.room(), true);
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    boolean known = connection.principal().admin() || connection.reader(frame.room()).isPresent();
    Future<?> member = known
        ? Future.succeededFuture()
        : desk.delivery().history(new ReadHistory(frame.room(), connection.principal().user(), false, null, null, 1));
    return member.compose(yes -> desk.presence().participants(new ListParticipants(frame.room(), frame.cursor(), frame.limit())))
        .map(roster -> new Ack.Participants(roster.participants(), roster.version(), roster.cursor()));
  }

  Future<Ack> update(Connection connection, ClientFrame.PresenceUpdate frame) {
    if (frame.room() != null) {
      Optional<Problem> refused = outside(connection, frame.room());
      if (refused.isPresent())
        return Future.failedFuture(refused.get().refusal());
    }
    long at = desk.clock().millis();
    boolean newDevice = frame.device() != null && !frame.device().equals(connection.device());
    if (newDevice)
      connection.device(frame.device());
    if (frame.room() == null)
      connection.appear(frame, at);
    else
      connection.reader(frame.room()).ifPresent(reader -> reader.appear(frame, at));
    if (frame.room() == null || newDevice)
      connection.changed();
    else
      connection.reader(frame.room()).ifPresent(desk.rooms()::changed);
    if (frame.lastSeen() == null)
      return Future.succeededFuture(new Ack.Empty());
    boolean everyone = frame.lastSeen() == ClientFrame.PresenceUpdate.LastSeen.EVERYONE;
    return desk.presence().chooseLastSeen(new ChooseLastSeen(connection.principal().user(), everyone)).map(new Ack.Empty());
  }

  Future<Ack> typing(Connection connection, ClientFrame.Typing frame) {
    Optional<Problem> refused = outside(connection, frame.room());
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    connection.typing().set(frame);
    desk.hints().add(new Typing(frame.room(), connection.principal().user(), connection.connection(), frame.agentId(), frame.on()));
    return Future.succeededFuture(new Ack.Empty());
  }

  Future<Ack> cursor(Connection connection, ClientFrame.CursorMove frame) {
    Optional<Problem> refused = outside(connection, frame.room());
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    if (connection.reader(frame.room()).filter(reader -> reader.hasMovedOn(frame)).isEmpty())
      moved(connection, frame);
    return Future.succeededFuture(new Ack.Empty());
  }

  /** A cursor of somebody who is in the room. */
  boolean moved(Connection connection, ClientFrame.CursorMove frame) {
    if (!connection.principal().mayJoin(frame.room()))
      return false;
    desk.hints().add(new CursorMove(frame.room(), connection.principal().user(), connection.connection(), frame.position()));
    return true;
  }

  Future<Ack> activity(Connection connection, ClientFrame.ActivityUpdate frame) {
    Optional<Problem> refused = outside(connection, frame.room());
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    connection.reader(frame.room()).ifPresent(reader -> reader.does(frame));
    desk.hints()
        .add(new ActivityChange(frame.room(), connection.principal().user(), connection.connection(), frame.activity(), frame.details()));
    return Future.succeededFuture(new Ack.Empty());
  }

  /** A message, or going away, ends what they were typing. */
  void stopTyping(Connection connection, RoomId room) {
    for (ClientFrame.Typing typing : connection.typing().end(room)) {
      desk.hints().add(new Typing(room, connection.principal().user(), connection.connection(), typing.agentId(), false));
    }
  }

  private static Optional<Problem> outside(Connection connection, RoomId room) {
    Optional<Problem> refused = Commands.refusal(connection, room, false);
    if (refused.isEmpty() && connection.reader(room).isEmpty())
      return Optional.of(Problem.of(ErrorCode.NOT_MEMBER, "Join the room first."));
    return refused;
  }
}
