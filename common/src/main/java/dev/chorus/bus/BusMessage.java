package dev.chorus.bus;

import dev.chorus.model.Problem;

/** Everything that crosses the bus. Components' names are what the codec writes; a reader ignores names that it does not know, so that old and new nodes run side by side. */
public sealed interface BusMessage
    permits DeliveryMessage, PresenceMessage, StreamingMessage, ProgressMessage, GatewayMessage, NodeMessage, BusMessage.Done,
    BusMessage.Failed {
  /** An answer that says no more than that it was done. */
  record Done() implements BusMessage {
    public static final Done DONE = new Done();
  }

  /**
   * An answer that refuses.
   *
   * @param moved the asked node is not the owner; nothing was done, and {@code problem} is null
   */
  record Failed(Problem problem, boolean moved) implements BusMessage {}
}
