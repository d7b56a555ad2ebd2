package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.QueueMessage.ReadQueue;
import dev.chorus.bus.QueueMessage.WaitingQueue;
import dev.chorus.bus.QueueMessage.WaitingRoom;
import dev.chorus.gateway.room.RoomDrain;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.Event;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/**
 * Gives a connection what waits for its user: room after room, those with high priority first. A room is done when its marker has been said, so at most one room's entries are
 * on their way at a time, at the pace at which the client takes them. A room that cannot be joined ends it with an error: the client drains again.
 */
final class QueueDrain {
  private final Desk desk;

  QueueDrain(Desk desk) {
    this.desk = desk;
  }

  /** Done when the client has been given everything, or has heard that it cannot be. */
  Future<?> drain(Connection connection, JsonNode id) {
    return desk.delivery().queue(new ReadQueue(connection.principal().user())).map(queue -> allowed(connection, queue))
        .onSuccess(queue -> connection.acknowledge(id, new Ack.Empty())).onFailure(failure -> {
          if (!connection.isClosed())
            connection.answer(id, Refusal.problemOf(failure));
        }).compose(queue -> next(connection, queue, 0, 0).onSuccess(delivered -> {
          if (!connection.isClosed())
            connection.socket().send(EventCodec.event(new Event.QueueEmpty(delivered, queue.dropped())));
        }).onFailure(failure -> {
          if (!connection.isClosed())
            connection.answer(null, Refusal.problemOf(failure));
        }));
  }

  private WaitingQueue allowed(Connection connection, WaitingQueue queue) {
    List<WaitingRoom> rooms = queue.rooms().stream().filter(room -> room.high() + room.normal() + room.low() > 0)
        .filter(room -> connection.principal().mayJoin(room.room())).toList();
    long more = rooms.stream().filter(room -> connection.reader(room.room()).isEmpty()).count();
    int limit = desk.config().sockets().roomsPerConnection();
    if (connection.roomCount() + more > limit)
      throw Refusal.of(ErrorCode.TOO_LARGE, "A connection can be in " + limit + " rooms; messages wait in more.");
    return new WaitingQueue(rooms, queue.total(), queue.dropped());
  }

  private Future<Long> next(Connection connection, WaitingQueue queue, int place, long delivered) {
    if (place >= queue.rooms().size() || connection.isClosed())
      return Future.succeededFuture(delivered);
    return drain(connection, queue.rooms().get(place)).compose(count -> next(connection, queue, place + 1, delivered + count));
  }

  private Future<Long> drain(Connection connection, WaitingRoom room) {
    Promise<Void> ended = Promise.promise();
    RoomDrain drain = new RoomDrain(ended::tryComplete);
    boolean taken = connection.turns().take(room.room(), false, () -> join(connection, room, drain).onFailure(ended::tryFail));
    if (!taken)
      ended.tryFail(Refusal.of(ErrorCode.UNAVAILABLE, "Too much is under way for this room; drain again."));
    return ended.future().map(done -> drain.delivered());
  }

  private Future<?> join(Connection connection, WaitingRoom room, RoomDrain drain) {
    if (connection.isClosed())
      return Future.failedFuture(Refusal.of(ErrorCode.UNAVAILABLE, "The connection has ended."));
    return desk.joining().drain(connection, connection.reader(room.room()).orElse(null), room.room(), room.deliveredSeq(), drain)
        .compose(joined -> {
          if (connection.isClosed() || !connection.principal().mayJoin(room.room())) {
            desk.rooms().leave(joined.reader(), false);
            return Future.failedFuture(Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room any more."));
          }
          connection.entered(room.room(), joined.reader());
          joined.begin().run();
          return Future.succeededFuture();
        });
  }
}
