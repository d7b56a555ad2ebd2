package dev.chorus.gateway.catchup;

import java.util.List;

/** What a {@link CatchUp} wants done, in the order of the list that holds it. */
public sealed interface Step<E> {

  /**
   * Hand these to the reader, now.
   *
   * @param prev the number before the first of them
   * @param replay the marker has not been said yet
   */
  record Deliver<E>(long prev, List<E> entries, boolean replay) implements Step<E> {}

  /**
   * Read the log above {@code after} and bring the answer as {@link CatchUp#page}, or {@link CatchUp#failed} when there is none.
   *
   * @param later not at once: the log did not have what it should, or could not be read; asking again without a pause would be a busy loop
   */
  record Read<E>(long after, boolean later) implements Step<E> {}

  /** The catch-up ends here: {@code position} is the last number that the reader has. Said once. */
  record Marker<E>(long position) implements Step<E> {}
}
