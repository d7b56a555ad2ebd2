package dev.chorus.gateway.connection;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.bus.DeliveryMessage.ReadHistory;
import dev.chorus.model.CountedWords;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Future;
import java.util.Optional;

/** What clients write into the log of a room, and what they read of it. */
final class MessageCommands {
  private final Desk desk;
  private final PresenceCommands presence;
  private final CountedWords clientIds = new CountedWords();

  MessageCommands(Desk desk, PresenceCommands presence) {
    this.desk = desk;
    this.presence = presence;
  }

  Future<Ack.Sent> send(Connection connection, ClientFrame.Send frame) {
    return append(connection, frame);
  }

  /** An edit or a deletion. */
  Future<Ack.Changed> change(Connection connection, ClientFrame.Entry frame) {
    return append(connection, frame).map(sent -> new Ack.Changed(sent.seq(), sent.at()));
  }

  private Future<Ack.Sent> append(Connection connection, ClientFrame.Entry frame) {
    Optional<Problem> refused = Commands.refusal(connection, frame.room(), false)
        .or(() -> desk.rates().send(connection.principal(), desk.clock().millis()));
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    presence.stopTyping(connection, frame.room());
    ClientFrame.Entry named = frame.clientId() == null ? frame.withClientId(clientIds.next()) : frame;
    return desk.sends().send(new Append(connection.principal().user(), connection.principal().admin(), named));
  }

  Future<Ack.History> history(Connection connection, ClientFrame.History frame) {
    Optional<Problem> refused = Commands.refusal(connection, frame.room(), true);
    if (refused.isEmpty() && frame.before() != null && frame.after() != null)
      refused = Optional.of(Problem.badRequest("Give 'before' or 'after', not both."));
    if (refused.isPresent())
      return Future.failedFuture(refused.get().refusal());
    return desk.delivery().history(
        new ReadHistory(frame.room(), connection.principal().user(), connection.principal().admin(), frame.before(), frame.after(),
            frame.limit()))
        .map(page -> new Ack.History(page.entries(), page.head(), page.more()));
  }
}
