package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many answers of those that may take long each user has under way here: each holds a connection and what its client has not taken yet. On the gateway's context only. */
final class LongAnswers {
  private static final long RETRY_MS = 1_000;
  private final int most;
  private final Map<UserId, Integer> byUser = new HashMap<>();

  /** @param most of one user */
  LongAnswers(int most) {
    this.most = most;
  }

  /** Counts one more of that user's; the problem when they are too many, and then it is not counted. */
  Optional<Problem> take(UserId user) {
    int theirs = byUser.getOrDefault(user, 0);
    if (theirs >= most) {
      return Optional.of(Problem.retryAfter(ErrorCode.RATE_LIMITED,
          "You have " + most + " streaming answers open at this node, which is as many as a user may have; end some of them first.",
          RETRY_MS));
    }
    byUser.put(user, theirs + 1);
    return Optional.empty();
  }

  /** One is over. */
  void giveBack(UserId user) {
    byUser.computeIfPresent(user, (key, theirs) -> theirs <= 1 ? null : theirs - 1);
  }
}
