package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.DeliveryMessage.ForgetRoom;
import dev.chorus.bus.DeliveryMessage.ListRooms;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.gateway.room.Joining;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what clients ask, each in its turn, and answers. It holds nothing: what belongs to a connection is there. */
final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
  private final Desk desk;
  private final MessageCommands messages;
  private final DeliveryCommands delivery;
  private final QueueDrain queue;
  private final StreamCommands streams;
  private final PresenceCommands presence;

  Commands(Desk desk) {
    this.desk = desk;
    this.delivery = new DeliveryCommands(desk);
    this.queue = new QueueDrain(desk);
    this.streams = new StreamCommands(desk);
    this.presence = new PresenceCommands(desk);
    this.messages = new MessageCommands(desk, presence);
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
        inTurn(connection, id, list.room(), false, () -> answer(connection, id, presence.participants(connection, list)));
      case ClientFrame.Typing typing ->
        inTurn(connection, id, typing.room(), true, () -> answer(connection, id, presence.typing(connection, typing)));
      case ClientFrame.CursorMove move ->
        inTurn(connection, id, move.room(), true, () -> answer(connection, id, presence.cursor(connection, move)));
      case ClientFrame.ActivityUpdate update ->
        inTurn(connection, id, update.room(), true, () -> answer(connection, id, presence.activity(connection, update)));
      case ClientFrame.PresenceUpdate update -> inTurn(connection, id, update.room() == null ? PresenceCommands.EVERYWHERE : update.room(),
          false, () -> answer(connection, id, presence.update(connection, update)));
      case ClientFrame.StreamStart start ->
        inTurn(connection, id, start.room() == null ? start : start.room(), false, () -> streams.start(connection, id, start));
      case ClientFrame.StreamAttach attach -> inTurn(connection, id, attach.stream(), false, () -> streams.attach(connection, id, attach));
      case ClientFrame.StreamDetach detach ->
        inTurn(connection, id, detach.stream(), false, () -> answer(connection, id, streams.detach(connection, detach)));
      case ClientFrame.StreamPause pause -> control(connection, id, pause.stream(), Control.PAUSE);
      case ClientFrame.StreamResume resume -> control(connection, id, resume.stream(), Control.RESUME);
      case ClientFrame.StreamCancel cancel -> control(connection, id, cancel.stream(), Control.CANCEL);
      case ClientFrame.StreamCancelAll all ->
        inTurn(connection, id, all.room(), false, () -> answer(connection, id, streams.cancelAll(connection, all)));
      case ClientFrame.StreamList list ->
        inTurn(connection, id, list.room(), false, () -> answer(connection, id, streams.list(connection, list)));
      case ClientFrame.StreamMetrics metrics ->
        inTurn(connection, id, metrics.stream(), false, () -> answer(connection, id, streams.metrics(connection, metrics)));
      case ClientFrame.StreamMultiplex group ->
        inTurn(connection, id, group.room() == null ? group : group.room(), false, () -> streams.multiplex(connection, id, group));
      case ClientFrame.ProgressSubscribe subscribe ->
        inTurn(connection, id, "project " + subscribe.projectId(), false, () -> connection.projects().subscribe(id, subscribe));
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

  /** A cursor that is one of many: it is not counted. False when it must be judged like other frames. */
  boolean moved(Connection connection, ClientFrame.CursorMove move) {
    return presence.moved(connection, move);
  }

  private static String shortened(String type) {
    return type.length() <= 64 ? type : type.substring(0, 64) + "…";
  }

  private void control(Connection connection, JsonNode id, StreamId stream, Control control) {
    inTurn(connection, id, stream, false, () -> answer(connection, id, desk.streams().control(stream, connection.principal(), control)));
  }

  static void inTurn(Connection connection, JsonNode id, Object about, boolean together, Supplier<Future<?>> work) {
    Supplier<Future<?>> unlessClosed = () -> connection.isClosed() ? Future.succeededFuture() : attempt(connection, id, work);
    if (!connection.turns().take(about, together, unlessClosed)) {
      connection.answer(id, Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too much is under way for this room.", 1000));
    }
  }

  /** What throws is answered too, and those behind it have their turn. */
  private static Future<?> attempt(Connection connection, JsonNode id, Supplier<Future<?>> work) {
    try {
      return work.get();
    } catch (RuntimeException thrown) {
      if (!(thrown instanceof Refusal))
        LOG.atError().setCause(thrown).log("A frame could not be done.");
      connection.answer(id, Refusal.problemOf(thrown));
      return Future.failedFuture(thrown);
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
    return enter(connection, frame, Joining.sameEpoch(frame)).onComplete(result -> {
      if (connection.isClosed())
        return;
      if (result.failed()) {
        connection.answer(id, Refusal.problemOf(result.cause()));
        return;
      }
      connection.acknowledge(id, result.result().ack());
      result.result().begin().run();
    });
  }

  /**
   * Joins, and sends nothing yet.
   *
   * @param sameLog whether the room's epoch is that of the log in which the client was
   */
  Future<Joining.Joined> enter(Connection connection, ClientFrame.Join frame, Predicate<String> sameLog) {
    Optional<Problem> refused = refusal(connection, frame.room(), false).or(() -> tooMany(connection, frame.room()));
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    return desk.joining().join(connection, connection.reader(frame.room()).orElse(null), frame, sameLog).compose(joined -> {
      if (connection.isClosed() || !connection.principal().mayJoin(frame.room())) {
        connection.exit(frame.room(), false);
        desk.rooms().leave(joined.reader(), false);
        return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room any more."));
      }
      // Others of its joins were under way beside this one.
      Optional<Problem> full = tooMany(connection, frame.room());
      if (full.isPresent()) {
        desk.rooms().leave(joined.reader(), true);
        return Future.failedFuture(full.get().refusal());
      }
      connection.entered(frame.room(), joined.reader());
      return Future.succeededFuture(joined);
    });
  }

  private Optional<Problem> tooMany(Connection connection, RoomId room) {
    int most = desk.config().sockets().roomsPerConnection();
    return connection.reader(room).isPresent() || connection.roomCount() < most
        ? Optional.empty()
        : Optional.of(Problem.of(ErrorCode.TOO_LARGE, "A connection can be in " + most + " rooms."));
  }

  private Future<Ack> leave(Connection connection, ClientFrame.Leave frame) {
    presence.stopTyping(connection, frame.room());
    connection.exit(frame.room(), true);
    if (!frame.forget())
      return Future.succeededFuture(new Ack.Empty());
    return desk.delivery().forget(new ForgetRoom(frame.room(), connection.principal().user()))
        .compose(forgotten -> desk.moderation().left(frame.room(), connection.principal().user())).map(new Ack.Empty());
  }

  /** Why the token does not allow the room; empty when it does. */
  static Optional<Problem> refusal(Connection connection, RoomId room, boolean adminMay) {
    if (connection.principal().mayJoin(room) || (adminMay && connection.principal().admin()))
      return Optional.empty();
    return Optional.of(Problem.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
  }
}
