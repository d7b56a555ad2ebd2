package dev.chorus.delivery.lane;

import dev.chorus.bus.DeliveryMessage.Append;
import java.util.function.Consumer;

/**
 * A message on its way into the log.
 *
 * @param messageId ours; an entry that carries it was made by this draft, however often its batch was repeated
 * @param deadline milliseconds since the epoch: unless it is carried out by then, its sender is told that it was not
 * @param answer takes the outcome, exactly once
 */
public record Draft(Append append, String messageId, long deadline, Consumer<Outcome> answer) {
  /** What a row costs beside its text, roughly. */
  private static final int ROW_BYTES = 256;

  String room() {
    return append.send().room().value();
  }

  /** Whether the other is the same message of the same sender, as {@code clientId} says. */
  Key key() {
    return new Key(room(), append.sender().value(), append.send().clientId());
  }

  /** Roughly what it weighs in memory and on the wire. */
  int bytes() {
    String metadata = append.send().metadata();
    return ROW_BYTES + append.send().content().length() + (metadata == null ? 0 : metadata.length());
  }

  /** What makes sending idempotent. */
  record Key(String room, String sender, String clientId) {}
}
