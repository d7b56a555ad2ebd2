package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.StreamingMessage.CancelRoomStreams;
import dev.chorus.bus.StreamingMessage.DescribeRoom;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.MeasureStream;
import dev.chorus.bus.StreamingMessage.StartGroup;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients ask of streams on a socket. The answer always goes out before the first record. */
final class StreamCommands {
  private final Desk desk;

  StreamCommands(Desk desk) {
    this.desk = desk;
  }

  Future<?> start(Connection connection, JsonNode id, ClientFrame.StreamStart frame) {
    Optional<Problem> refused = forbidden(connection, frame.room())
        .or(() -> desk.rates().stream(connection.principal(), desk.clock().millis()));
    if (refused.isPresent())
      return Commands.answer(connection, id, Future.failedFuture(refused.get().refusal()));
    StreamView view = frame.room() == null ? new StreamView(connection) : null;
    boolean joined = frame.room() != null && connection.reader(frame.room()).isPresent();
    StartStream request = CompletionRequest.of(frame, connection.principal(), desk.self(), connection.connection());
    return desk.streams().start(request, connection.principal(), joined, view).onComplete(result -> {
      if (result.failed()) {
        if (view != null)
          view.abandon();
        if (!connection.isClosed())
          connection.answer(id, Refusal.problemOf(result.cause()));
        return;
      }
      boolean endsWithUs = !frame.continueOnDisconnect() && frame.room() != null;
      if (connection.isClosed()) {
        if (endsWithUs)
          desk.streams().starterGone(result.result().streamId());
        if (view != null)
          view.gone();
        return;
      }
      if (endsWithUs)
        connection.views().endWithUs(result.result().streamId());
      connection.acknowledge(id, new Ack.StreamStarted(result.result().streamId(), result.result().epoch(),
          result.result().existing() ? Boolean.TRUE : null));
    });
  }

  Future<?> attach(Connection connection, JsonNode id, ClientFrame.StreamAttach frame) {
    boolean joined = frame.stream().room().flatMap(connection::reader).isPresent();
    if (!connection.views().takes(frame.stream())) {
      return Commands.answer(connection, id,
          Future.failedFuture(Refusal.of(ErrorCode.TOO_LARGE, "A connection can follow " + StreamViews.MAX + " streams.")));
    }
    StreamView view = new StreamView(connection, frame.stream());
    return desk.streams().attach(frame.stream(), frame.after(), frame.epoch(), connection.principal(), joined, false, view)
        .onComplete(result -> {
          if (connection.isClosed()) {
            view.detach();
          } else if (result.failed()) {
            connection.answer(id, Refusal.problemOf(result.cause()));
          } else {
            // From the answer on nothing comes but what this view shows, also if the room has shown the stream already or is about to.
            if (!result.result().complete())
              connection.views().add(view);
            connection.acknowledge(id, result.result().ack());
          }
        });
  }

  Future<Ack> detach(Connection connection, ClientFrame.StreamDetach frame) {
    connection.views().find(frame.stream()).ifPresent(view -> {
      connection.views().remove(view);
      view.detach();
    });
    return Future.succeededFuture(new Ack.Empty());
  }

  Future<Ack.StreamsCancelled> cancelAll(Connection connection, ClientFrame.StreamCancelAll frame) {
    return member(connection, frame.room()).compose(yes -> desk.streaming()
        .cancelRoom(new CancelRoomStreams(frame.room(), connection.principal().user(), connection.principal().admin())))
        .map(cancelled -> new Ack.StreamsCancelled(cancelled.streams()));
  }

  Future<Ack.Streams> list(Connection connection, ClientFrame.StreamList frame) {
    return member(connection, frame.room()).compose(yes -> desk.streaming().describeRoom(new DescribeRoom(frame.room())))
        .map(described -> new Ack.Streams(described.streams().stream().map(DescribedStream::state).toList()));
  }

  Future<Ack.StreamMeasured> metrics(Connection connection, ClientFrame.StreamMetrics frame) {
    return desk.streaming().measure(new MeasureStream(frame.stream()))
        .compose(measured -> desk.access().see(connection.principal(), measured.starter(), measured.room())
            .map(new Ack.StreamMeasured(measured.metrics())));
  }

  /** Starts a group; each stream of one without a room is followed by this connection. */
  Future<?> multiplex(Connection connection, JsonNode id, ClientFrame.StreamMultiplex frame) {
    Optional<Problem> refused = forbidden(connection, frame.room());
    for (int i = 0; i < frame.agents().size() && refused.isEmpty(); i++)
      refused = desk.rates().stream(connection.principal(), desk.clock().millis());
    if (refused.isPresent())
      return Commands.answer(connection, id, Future.failedFuture(refused.get().refusal()));
    boolean joined = frame.room() != null && connection.reader(frame.room()).isPresent();
    StartGroup request = CompletionRequest.of(frame, connection.principal(), desk.self(), connection.connection());
    List<StreamView> views = frame.room() == null ? frame.agents().stream().map(agent -> new StreamView(connection)).toList() : List.of();
    return desk.streams().startGroup(request, connection.principal(), joined, views).onComplete(result -> {
      if (result.failed()) {
        views.forEach(StreamView::abandon);
        if (!connection.isClosed())
          connection.answer(id, Refusal.problemOf(result.cause()));
        return;
      }
      List<StreamId> endingWithUs = request.agents().stream().filter(agent -> agent.room() != null && !agent.continueOnDisconnect())
          .map(StartStream::stream).toList();
      if (connection.isClosed()) {
        endingWithUs.forEach(desk.streams()::starterGone);
        views.forEach(StreamView::gone);
        return;
      }
      endingWithUs.forEach(connection.views()::endWithUs);
      Map<String, StreamId> streams = new LinkedHashMap<>();
      for (StartStream agent : request.agents())
        streams.put(agent.agentId(), agent.stream());
      connection.acknowledge(id, new Ack.StreamGroup(request.group(), streams));
    });
  }

  private Future<?> member(Connection connection, RoomId room) {
    if (connection.reader(room).isPresent())
      return Future.succeededFuture();
    if (!connection.principal().admin() && !connection.principal().mayJoin(room))
      return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
    return desk.access().start(connection.principal(), room);
  }

  private static Optional<Problem> forbidden(Connection connection, RoomId room) {
    if (room == null || connection.principal().mayJoin(room))
      return Optional.empty();
    return Optional.of(Problem.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
  }
}
