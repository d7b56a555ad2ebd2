package dev.chorus.gateway.http;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import io.vertx.core.buffer.Buffer;

/** The end of answers that follow something: as a socket, they end ten seconds after the credential that they were asked for with. */
public final class Expiry {
  private static final long GRACE_MS = 10_000;
  /** Nobody reads one answer for so long. */
  private static final long LONGEST_MS = 10L * 365 * 24 * 3_600_000;
  private static final Problem EXPIRED = Problem.of(ErrorCode.UNAUTHORIZED, "The token has expired.");

  private Expiry() {}

  /** Has an answer of events end with its caller's credential. */
  public static void end(StreamAnswer answer, EventFormat format, Principal caller, long now) {
    if (caller.expiresAt() == 0)
      return;
    Buffer words = Buffer.buffer();
    format.append(words, EXPIRED);
    answer.endIn(Math.clamp(caller.expiresAt() + GRACE_MS - now, 0, LONGEST_MS), EXPIRED, words);
  }
}
