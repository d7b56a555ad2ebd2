package dev.chorus.model;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A refusal as a value: a code, a sentence for a person that says what was wrong with which input, whether a repeat may succeed, and when.
 * The sentence never holds a token, an address or another internal detail.
 *
 * @param retryAfterMs milliseconds to wait before a repeat, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(ErrorCode code, String message, boolean retryable, Long retryAfterMs) {

  public static Problem of(ErrorCode code, String message) {
    return new Problem(code, message, code.retryable(), null);
  }

  public static Problem badRequest(String message) {
    return of(ErrorCode.BAD_REQUEST, message);
  }

  public static Problem retryAfter(ErrorCode code, String message, long retryAfterMs) {
    return new Problem(code, message, code.retryable(), retryAfterMs);
  }

  /** The same problem for a caller who must not repeat it, since a repeat could do it twice. */
  public Problem notRetryable() {
    return new Problem(code, message, false, null);
  }

  /** As the failure of a future. */
  public Refusal refusal() {
    return new Refusal(this);
  }
}
