package dev.chorus.gateway.send;

import dev.chorus.bus.DeliveryMessage.Append;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import io.vertx.core.Promise;

/** A message and who waits for its verdict. */
final class Outgoing {
  final Append message;
  /** When it came, in milliseconds since the epoch. */
  final long at;
  final Promise<Ack.Sent> verdict = Promise.promise();

  Outgoing(Append message, long at) {
    this.message = message;
    this.at = at;
  }

  /** A repeat could do it twice. */
  boolean isAtMostOnce() {
    return message.entry() instanceof ClientFrame.Send send && send.guarantee() == ClientFrame.Send.Guarantee.AT_MOST_ONCE;
  }
}
