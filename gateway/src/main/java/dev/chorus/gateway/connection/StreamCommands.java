package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
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
      connection.acknowledge(id, new Ack.StreamStarted(result.result().streamId(), result.result().epoch()));
    });
  }

  Future<?> attach(Connection connection, JsonNode id, ClientFrame.StreamAttach frame) {
    boolean joined = frame.stream().room().flatMap(connection::reader).isPresent();
    StreamView view = new StreamView(connection);
    return desk.streams().attach(frame.stream(), frame.after(), frame.epoch(), connection.principal(), joined, false, view)
        .onComplete(result -> {
          if (connection.isClosed()) {
            view.detach();
          } else if (result.failed()) {
            connection.answer(id, Refusal.problemOf(result.cause()));
          } else {
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

  Future<Ack.StreamState> cancel(Connection connection, ClientFrame.StreamCancel frame) {
    return desk.streams().cancel(frame.stream(), connection.principal())
        .compose(done -> desk.streaming().describe(new DescribeStream(frame.stream())))
        .map(described -> described.state());
  }

  private static Optional<Problem> forbidden(Connection connection, RoomId room) {
    if (room == null || connection.principal().mayJoin(room))
      return Optional.empty();
    return Optional.of(Problem.of(ErrorCode.FORBIDDEN, "Your token does not allow this room."));
  }
}
