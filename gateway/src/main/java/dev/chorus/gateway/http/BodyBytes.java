package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes of bodies that are on their way, in all and of each user: a body is held in memory until it is whole, however slowly it comes, and nobody may fill the memory with
 * them. On the gateway's context only.
 */
final class BodyBytes {
  private static final int PART_OF_HEAP = 4;
  private static final long RETRY_MS = 1_000;
  private final long most;
  private final long mostOfUser;
  private final Map<UserId, Long> byUser = new HashMap<>();
  private long all;

  /** @param most in all; one user may have half of it */
  BodyBytes(long most) {
    this.most = most;
    this.mostOfUser = most / 2;
  }

  /** A quarter of the heap, or as much as two bodies of the longest that are allowed. */
  static BodyBytes ofHeap(long maxBodyBytes) {
    return new BodyBytes(Math.max(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, 2 * maxBodyBytes));
  }

  /** Counts some more of that user's; the problem when they are too much, and then they are not counted. */
  Optional<Problem> take(UserId user, long bytes) {
    long theirs = byUser.getOrDefault(user, 0L) + bytes;
    if (theirs > mostOfUser)
      return Optional.of(Problem.retryAfter(ErrorCode.RATE_LIMITED, "Too many bytes of yours are on their way already.", RETRY_MS));
    if (all + bytes > most)
      return Optional.of(Problem.retryAfter(ErrorCode.UNAVAILABLE, "Too many bytes are on their way to this node.", RETRY_MS));
    all += bytes;
    byUser.put(user, theirs);
    return Optional.empty();
  }

  /** A body is whole, or will never be. */
  void giveBack(UserId user, long bytes) {
    all -= bytes;
    byUser.computeIfPresent(user, (key, theirs) -> theirs <= bytes ? null : theirs - bytes);
  }
}
