package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.gateway.socket.CloseCode;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Received;

/** How much of what one connection says is done: floods of typing and cursors are merged before they count, what else is too much is refused, and in the end disconnected. */
final class Intake {
  private static final int MAX_MALFORMED = 10;
  private final Desk desk;
  private final Commands commands;
  private final FrameRate rate;
  private final TypingState typing = new TypingState();
  private int malformed;

  Intake(Desk desk, Commands commands) {
    this.desk = desk;
    this.commands = commands;
    this.rate = new FrameRate(desk.config().rates(), desk.clock().millis());
  }

  TypingState typing() {
    return typing;
  }

  /** Whether this is the last of too many envelopes in a row that could not be read. */
  boolean isHopeless(Received received) {
    malformed = received instanceof Received.Invalid invalid && invalid.malformed() ? malformed + 1 : 0;
    return malformed >= MAX_MALFORMED;
  }

  /** Whether the frame is to be done. If not, it has been answered. */
  boolean admits(Connection connection, Received received) {
    if (connection.principal().admin())
      return true;
    long now = desk.clock().millis();
    if (typing.repeats(received, now) || isMergedCursor(connection, received, now)) {
      connection.acknowledge(received.id(), new Ack.Empty());
      return false;
    }
    if (desk.marks().merges(received, connection.principal().user()))
      return true;
    long wait = rate.count(now);
    if (wait == 0)
      return true;
    if (rate.isExhausted())
      connection.socket().close(CloseCode.RATE_LIMITED, wait);
    else
      refuse(connection, received.id(), wait);
    return false;
  }

  private void refuse(Connection connection, JsonNode id, long wait) {
    String sentence = "You send more than " + desk.config().rates().frames() + " frames per second.";
    connection.answer(id, Problem.retryAfter(ErrorCode.RATE_LIMITED, sentence, wait));
  }

  /** Cursors move more often than anybody looks: only one in a while counts, and only the last of it is sent on. */
  private boolean isMergedCursor(Connection connection, Received received, long now) {
    return received instanceof Received.Frame frame && frame.frame() instanceof ClientFrame.CursorMove move
        && connection.reader(move.room()).filter(reader -> !reader.cursorCounts(move, now))
            .filter(reader -> commands.moved(connection, move))
            .isPresent();
  }

  /** Some frames come by themselves: who sends no others may be away. */
  static boolean isDoing(Received received) {
    return received instanceof Received.Frame frame && !(frame.frame() instanceof ClientFrame.Heartbeat)
        && !(frame.frame() instanceof ClientFrame.Delivered);
  }
}
