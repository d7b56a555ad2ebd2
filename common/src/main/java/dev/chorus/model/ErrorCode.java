package dev.chorus.model;

/**
 * Why something was refused, as the wire names it (docs/protocol.md, section 2), whether a repeat may succeed, and the HTTP status that says the same.
 */
public enum ErrorCode {
  BAD_REQUEST("bad_request", false, 400), UNAUTHORIZED("unauthorized", false, 401), FORBIDDEN("forbidden", false, 403), NOT_FOUND(
      "not_found", false, 404), NOT_MEMBER("not_member", false, 403), CONFLICT("conflict", false, 409), TOO_LARGE("too_large", false,
          413), UNSUPPORTED("unsupported", false, 400), RATE_LIMITED("rate_limited", true, 429), UNAVAILABLE("unavailable", true, 503),
  /** The outcome is unknown: the caller repeats with the same clientId. */
  TIMEOUT("timeout", true, 504), INTERNAL("internal", true, 500);

  private final String word;
  private final boolean retryable;
  private final int httpStatus;

  ErrorCode(String word, boolean retryable, int httpStatus) {
    this.word = word;
    this.retryable = retryable;
    this.httpStatus = httpStatus;
  }

  public String word() {
    return word;
  }

  public boolean retryable() {
    return retryable;
  }

  public int httpStatus() {
    return httpStatus;
  }
}
