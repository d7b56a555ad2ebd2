package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.PresenceMessage.ListParticipants;
import dev.chorus.bus.PresenceMessage.Typing;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Does what clients ask, each in its turn, and answers. It holds nothing: what belongs to a connection is there. */
final class Commands {
  private final Desk desk;
  private final MessageCommands messages;
  private final DeliveryCommands delivery;
  private final QueueDrain queue;
  private final StreamCommands streams;

  Commands(Desk desk) {
    this.desk = desk;
    this.messages = new MessageCommands(desk);
    this.delivery = new DeliveryCommands(desk);
    this.queue = new QueueDrain(desk);
    this.streams = new StreamCommands(desk);
  }

  void perform(Connection connection, JsonNode id, ClientFrame frame) {
    switch (frame) {
      case ClientFrame.Heartbeat heartbeat -> {
        connection.socket().send(EventCodec.event(new Event.Heartbeat(heartbeat.at(), desk.clock().millis())));
        connection.acknowledge(id, new Ack.Empty());
      }
      case ClientFrame.RoomsList list -> answer(connection, id,
          desk.delivery().rooms(new ListRooms(connection.principal().user(), list.cursor(), list.limit()))
              .map(page -> new Ack.Rooms(page.rooms(), page.cursor())));
      case ClientFrame.Join join -> inTurn(connection, id, join.room(), false, () -> join(connection, id, join));
      case ClientFrame.Leave leave -> inTurn(connection, id, leave.room(), false, () -> answer(connection, id, leave(connection, leave)));
      case ClientFrame.Send send ->
        inTurn(connection, id, send.room(), true, () -> answer(connection, id, messages.send(connection, send)));
      case ClientFrame.History history ->
        inTurn(connection, id, history.room(), false, () -> answer(connection, id, messages.history(connection, history)));
      case ClientFrame.PresenceList list ->
        inTurn(connection, id, list.room(), false, () -> answer(connection, id, participants(connection, list)));
      case ClientFrame.Typing typing ->
        inTurn(connection, id, typing.room(), true, () -> answer(connection, id, typing(connection, typing)));
      case ClientFrame.StreamStart start ->
        inTurn(connection, id, start.room() == null ? start : start.room(), false, () -> streams.start(connection, id, start));
      case ClientFrame.StreamAttach attach -> inTurn(connection, id, attach.stream(), false, () -> streams.attach(connection, id, attach));
      case ClientFrame.StreamDetach detach ->
        inTurn(connection, id, detach.stream(), false, () -> answer(connection, id, streams.detach(connection, detach)));
      case ClientFrame.StreamCancel cancel ->
        inTurn(connection, id, cancel.stream(), false, () -> answer(connection, id, streams.cancel(connection, cancel)));
      case ClientFrame.Edit edit ->
        inTurn(connection, id, edit.room(), true, () -> answer(connection, id, messages.change(connection, edit)));
      case ClientFrame.Delete delete ->
        inTurn(connection, id, delete.room(), true, () -> answer(connection, id, messages.change(connection, delete)));
      case ClientFrame.Delivered mark ->
        inTurn(connection, id, mark.room(), true, () -> answer(connection, id, delivery.mark(connection, mark)));
      case ClientFrame.Read mark ->
        inTurn(connection, id, mark.room(), true, () -> answer(connection, id, delivery.mark(connection, mark)));
      case ClientFrame.DeliveryStatus ask ->
        inTurn(connection, id, ask.room(), false, () -> answer(connection, id, delivery.status(connection, ask)));
      case ClientFrame.DeliveryRetry retry ->
        inTurn(connection, id, retry.room(), false, () -> answer(connection, id, delivery.retry(connection, retry)));
      case ClientFrame.DeliveryCancel cancel ->
        inTurn(connection, id, cancel.room(), false, () -> answer(connection, id, delivery.cancel(connection, cancel)));
      case ClientFrame.DeliveryStats stats -> answer(connection, id, delivery.statistics(connection));
      case ClientFrame.ReceiptsSet set ->
        inTurn(connection, id, set.room() == null ? ClientFrame.ReceiptsSet.class : set.room(), false,
            () -> answer(connection, id, delivery.receipts(connection, set)));
      case ClientFrame.QueueDrain drain ->
        inTurn(connection, id, ClientFrame.QueueDrain.class, false, () -> queue.drain(connection, id));
      case ClientFrame.Unknown unknown -> {
        if (id != null)
          connection.answer(id, Problem.of(ErrorCode.UNSUPPORTED, "This server does not do '" + shortened(unknown.type()) + "'."));
      }
      case ClientFrame.Auth auth -> throw new IllegalStateException("auth is the connection's own");
    }
  }

  private static String shortened(String type) {
    return type.length() <= 64 ? type : type.substring(0, 64) + "…";
  }

  static void inTurn(Connection connection, JsonNode id, Object about, boolean together, Supplier<Future<?>> work) {
    Supplier<Future<?>> unlessClosed = () -> connection.isClosed() ? Future.succeededFuture() : work.get();
    if (!connection.turns().take(about, together, unlessClosed)) {
      connection.answer(id, Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too much is under way for this room.", 1000));
    }
  }

  /** Answers when it is done. A failure is always told, with the frame's id if it had one. */
  static Future<?> answer(Connection connection, JsonNode id, Future<? extends Ack> work) {
    return work.onComplete(result -> {
      if (connection.isClosed())
        return;
      if (result.succeeded())
        connection.acknowledge(id, result.result());
      else
        connection.answer(id, Refusal.problemOf(result.cause()));
    });
  }

  private Future<?> join(Connection connection, JsonNode id, ClientFrame.Join frame) {
    Optional<Problem> refused = refusal(connection, frame.room(), false);
    if (refused.isEmpty() && connection.reader(frame.room()).isEmpty()
        && connection.roomCount() >= desk.config().sockets().roomsPerConnection()) {
      refused = Optional
          .of(Problem.of(ErrorCode.TOO_LARGE, "A connection can be in " + desk.config().sockets().roomsPerConnection() + " rooms."));
    }
    if (refused.isPresent())
      return answer(connection, id, Future.failedFuture(refused.get().refusal()));
    return desk.joining().join(connection, connection.reader(frame.room()).orElse(null), frame).onComplete(result -> {
      if (result.failed()) {
        if (!connection.isClosed())
          connection.answer(id, Refusal.problemOf(result.cause()));
        return;
      }
      if (connection.isClosed() || !connection.principal().mayJoin(frame.room())) {
        desk.rooms().leave(result.result().reader(), false);
        return;
      }
      connection.entered(frame.room(), result.result().reader());
      connection.acknowledge(id, result.result().ack());
      result.result().begin().run();
    });
  }

  private Future<Ack> leave(Connection connection, ClientFrame.Leave frame) {
    messages.stopTyping(connection, frame.room());
    connection.exit(frame.room(), true);
    if (!frame.forget())
      return Future.succeededFuture(new Ack.Empty());
    return desk.delivery().forget(new ForgetRoom(frame.room(), connection.principal().user())).map(new Ack.Empty());
  }

  /** For those who are in the room here; of others delivery knows whether they are members, and says so when asked for history. */
  private Future<Ack.Participants> participants(Connection connection, ClientFrame.PresenceList frame) {
    Optional<Problem> refused = refusal(connection, frame.room(), true);
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    boolean known = connection.principal().admin() || connection.reader(frame.room()).isPresent();
    Future<?> member = known
        ? Future.succeededFuture()
        : desk.delivery().history(new ReadHistory(frame.room(), connection.principal().user(), false, null, null, 1));
    return member.compose(yes -> desk.presence().participants(new ListParticipants(frame.room(), frame.cursor(), frame.limit())))
        .map(roster -> new Ack.Participants(roster.participants(), roster.version(), roster.cursor()));
  }

  private Future<Ack> typing(Connection connection, ClientFrame.Typing frame) {
    Optional<Problem> refused = refusal(connection, frame.room(), false);
    if (refused.isEmpty() && connection.reader(frame.room()).isEmpty()) {
      refused = Optional.of(Problem.of(ErrorCode.NOT_MEMBER, "Join the room first."));
    }
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    connection.typing().set(frame);
    desk.typing().add(new Typing(frame.room(), connection.principal().user(), connection.connection(), frame.agentId(), frame.on()));
    return Future.succeededFuture(new Ack.Empty());
  }

  /** @param adminMay an admin may do it in rooms that the token does not name */
  static Optional<Problem> refusal(Connection connection, RoomId room, boolean adminMay) {
    if (connection.principal().mayJoin(room) || (adminMay && connection.principal().admin()))
      return Optional.empty();
    return Optional.of(Problem.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
  }
}
