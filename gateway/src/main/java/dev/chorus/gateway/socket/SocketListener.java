package dev.chorus.gateway.socket;

/** What a socket tells the connection that it carries. Called on the gateway's context. */
public interface SocketListener {
  /** One envelope: {@code length} bytes of {@code message} from {@code offset}. The bytes are the listener's. */
  void received(byte[] message, int offset, int length);

  /** Anything came, be it a pong. */
  void heard();

  /** After {@link Socket#isFull()}: what was unsent has mostly left. */
  void drained();

  /** @param clean the client said goodbye with 1000 or 1001 */
  void closed(boolean clean);
}
