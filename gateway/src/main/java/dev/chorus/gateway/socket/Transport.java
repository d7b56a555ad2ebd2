package dev.chorus.gateway.socket;

import java.util.List;

/** What carries a connection to its client: a WebSocket, or the answer to an HTTP request. Envelopes leave in the order in which they are given. On the event loop only. */
public interface Transport {
  /** Who hears what becomes of it; to be set before anything is sent. */
  void listener(SocketListener listener);

  /** For this client alone. */
  void send(byte[] envelope);

  /** For this client alone, in their order. */
  default void send(List<byte[]> envelopes) {
    envelopes.forEach(this::send);
  }

  /** For many clients, who are given the very same list one after the other. */
  void share(List<byte[]> envelopes);

  /** As {@link #share}, but dropped when the client is slow: the next one says more. */
  default void shareEphemeral(List<byte[]> envelopes) {
    if (!isBehind())
      share(envelopes);
  }

  /** So much is unsent that what is ephemeral waits. */
  boolean isBehind();

  /** So much is unsent that nothing durable may follow until {@link SocketListener#drained()}. */
  boolean isFull();

  /** Bytes handed over and not yet taken by the operating system. */
  long unsent();

  /** How many bytes more may be handed over before it {@link #isFull}. */
  long room();

  /** Runs it when all that has been written until now has left. */
  void afterSent(Runnable then);

  /** Makes the client, or the network, show that it is there: then the listener has heard something. */
  void ping();

  void close(CloseCode code);

  void close(CloseCode code, long reconnectInMs);

  boolean isClosing();

  /** Stops or resumes reading from the client, where that is possible. */
  void reading(boolean on);
}
