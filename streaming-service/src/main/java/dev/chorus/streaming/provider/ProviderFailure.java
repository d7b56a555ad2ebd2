package dev.chorus.streaming.provider;

/**
 * Why an attempt failed. Its texts hold neither the provider's key nor its address.
 *
 * @param status of the provider's HTTP answer, or 0
 * @param type of the provider's error body, or null; code and param too
 * @param retryAfterMs as the provider asked for, or null
 */
public record ProviderFailure(Cause cause, String message, int status, String type, String code, String param, Long retryAfterMs) {
  /** What happened, as far as it decides what to do next. */
  public enum Cause {
    /** No connection could be made. */
    UNREACHABLE,
    /** The provider answered with a status that is not 200. */
    STATUS,
    /** A 200 that is not an event stream. */
    NOT_A_STREAM,
    /** The stream ended without a finish reason. */
    TRUNCATED,
    /** A frame that cannot be read. */
    MALFORMED,
    /** An error within the stream. */
    IN_BAND,
    /** Nothing came for too long after the first token. */
    STALLED,
    /** The first token did not come in time. */
    NO_FIRST_TOKEN,
    /** The attempt as a whole took too long. */
    TOO_LONG,
    /** Too many attempts at this provider are under way on this node. */
    BUSY,
    /** Its dialect is not built yet. */
    NOT_BUILT
  }

  public static ProviderFailure of(Cause cause, String message) {
    return new ProviderFailure(cause, message, 0, null, null, null, null);
  }

  /** A 4xx by which the provider says that the request itself is wrong: it would be so at every attempt. */
  public boolean isCallersFault() {
    return cause == Cause.STATUS && status >= 400 && status < 500 && !isCredentials() && status != 408 && status != 429;
  }

  /** The provider does not accept our key. */
  public boolean isCredentials() {
    return cause == Cause.STATUS && (status == 401 || status == 403);
  }

  /** The request is too long for the model, so another model may take it. */
  public boolean isContextLength() {
    return cause == Cause.STATUS && status == 400
        && ("context_length_exceeded".equals(code) || (message != null && message.contains("maximum context length")));
  }
}
