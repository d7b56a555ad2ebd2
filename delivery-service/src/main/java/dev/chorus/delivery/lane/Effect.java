package dev.chorus.delivery.lane;

import java.util.List;

/** What a lane wants done, in this order. */
sealed interface Effect {
  /** Append it over the open connection. */
  record Run(Batch batch) implements Effect {}

  /** Tell the drafts what became of them; the lists go together. */
  record Answer(List<Draft> drafts, List<Outcome> outcomes) implements Effect {}

  /** Open a connection after so many milliseconds. */
  record Connect(long delayMs) implements Effect {}

  /** The connection does not answer: let it go. */
  record Abandon() implements Effect {}
}
