package dev.chorus.delivery.lane;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.protocol.ClientFrame.Delete;
import dev.chorus.protocol.ClientFrame.Edit;
import dev.chorus.protocol.ClientFrame.Send;
import java.util.function.Consumer;

/**
 * A message, edit or deletion on its way into the log.
 *
 * @param messageId ours; an entry that carries it was made by this draft, however often its batch was repeated
 * @param deadline milliseconds since the epoch: unless it is carried out by then, its sender is told that it was not
 * @param answer takes the outcome, exactly once
 */
public record Draft(Append append, String messageId, long deadline, Consumer<Outcome> answer) {
  /** What a row costs beside its text, roughly. */
  private static final int ROW_BYTES = 256;
  private static final int RECIPIENT_BYTES = 48;

  String room() {
    return append.entry().room().value();
  }

  /** Whether the other is the same message of the same sender, as {@code clientId} says. */
  Key key() {
    return new Key(room(), append.sender().value(), append.entry().clientId());
  }

  /** Whether it is a message to be stored, about which there is nothing to judge but what all have. */
  boolean isPlain() {
    return append.entry() instanceof Send send && send.guarantee() != Send.Guarantee.AT_MOST_ONCE;
  }

  /** Roughly what it weighs in memory and on the wire. */
  int bytes() {
    return switch (append.entry()) {
      case Send send -> weight(send.content(), send.metadata()) + (send.to() == null ? 0 : RECIPIENT_BYTES * send.to().size());
      case Edit edit -> weight(edit.content(), edit.metadata());
      case Delete deletion -> ROW_BYTES;
    };
  }

  private static int weight(String content, String metadata) {
    return ROW_BYTES + content.length() + (metadata == null ? 0 : metadata.length());
  }

  /** What makes sending idempotent. */
  record Key(String room, String sender, String clientId) {}
}
