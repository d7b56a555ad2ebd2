package dev.chorus.streaming.provider;

/** An attempt under way. Every method may be called at any time, also when it has ended. */
public interface Generation {
  /** Reads no more from the provider until {@link #resume()}: its socket fills up, and so it waits. A frame that has been read may still come. */
  void pause();

  void resume();

  /**
   * Leaves what comes in the socket for a moment, so that the next read brings much at once. Frames may come all the same.
   *
   * @param now false: the moment is over
   */
  default void rest(boolean now) {}

  /** Ends the provider's work. The sink hears nothing any more. */
  void cancel();
}
