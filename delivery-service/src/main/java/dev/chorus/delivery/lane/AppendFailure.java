package dev.chorus.delivery.lane;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import io.vertx.pgclient.PgException;

/** Why an append failed, by PostgreSQL's error classes (its documentation, appendix A). Problems never repeat what PostgreSQL said. */
sealed interface AppendFailure {
  String UNIQUE_VIOLATION = "23505";
  Problem INTERNAL = Problem.of(ErrorCode.INTERNAL, "The server could not store the message; it has been logged.");

  /** Nothing was done: a row holds what cannot be stored. */
  record Data(Problem problem) implements AppendFailure {}

  /** Nothing was done; at once it may succeed. */
  record Collision() implements AppendFailure {}

  /** Nothing was done, and a repeat would not help now. */
  record Refusal(Problem problem) implements AppendFailure {}

  /** The connection is gone; it may have been done or not. */
  record Lost() implements AppendFailure {}

  static AppendFailure of(Throwable cause) {
    if (!(cause instanceof PgException refused) || refused.getSqlState() == null)
      return new Lost();
    String state = refused.getSqlState();
    // The log itself would be wrong: numbers are given out under a lock, repeats were looked for under it.
    if (state.equals(UNIQUE_VIOLATION))
      return new Refusal(INTERNAL);
    return switch (state.substring(0, 2)) {
      case "22", "23" -> new Data(Problem.badRequest("The message holds text or metadata that cannot be stored."));
      case "54" -> new Data(Problem.of(ErrorCode.TOO_LARGE, "A part of the message is too large to be stored."));
      case "40", "55" -> new Collision();
      case "08" -> new Lost();
      // 57014 is a cancelled or timed-out call; the others say that the server goes down.
      case "57" -> state.equals("57014") ? new Collision() : new Lost();
      case "25", "53" -> new Refusal(Lane.UNAVAILABLE);
      default -> new Refusal(INTERNAL);
    };
  }
}
