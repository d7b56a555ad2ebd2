package dev.chorus.gateway.stream;

/** What somebody follows, as whoever writes to them sees it. On the gateway's context only. */
public interface Hold {
  /** What was unsent has left: the reader can take more. */
  void drained();

  /** The reader wants no more of it. */
  void detach();

  /** The client has gone away. */
  void gone();
}
