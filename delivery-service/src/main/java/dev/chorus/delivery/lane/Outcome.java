package dev.chorus.delivery.lane;

import dev.chorus.model.Problem;

/** What became of a draft. */
public sealed interface Outcome {
  /**
   * It is in the log.
   *
   * @param messageId as the world sees it
   * @param at milliseconds since the epoch
   * @param duplicate an earlier send had made the entry; nothing was added
   */
  record Stored(String messageId, long seq, long at, boolean duplicate) implements Outcome {}

  /** It may go out once, and is not stored. */
  record Passed(String messageId, long at) implements Outcome {}

  /** It is not in the log, unless the problem says that this is unknown. */
  record Refused(Problem problem) implements Outcome {}
}
