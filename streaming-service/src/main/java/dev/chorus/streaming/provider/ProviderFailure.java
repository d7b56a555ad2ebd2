package dev.chorus.streaming.provider;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Why an attempt failed. Its texts hold neither the provider's key nor its address.
 *
 * @param status of the provider's HTTP answer, or 0
 * @param type of the provider's error body, or null; code and param too
 * @param retryAfterMs as the provider asked for, or null
 */
public record ProviderFailure(Cause cause, String message, int status, String type, String code, String param, Long retryAfterMs) {
  private static final Set<String> CONTEXT_LENGTH_CODES = Set.of("context_length_exceeded", "request_too_large");
  private static final Set<String> POLICY_CODES = Set.of("content_policy_violation", "content_filter", "ResponsibleAIPolicyViolation");
  /** As the providers say it that have no code for it. */
  private static final Pattern CONTEXT_LENGTH = Pattern.compile(
      "maximum context length|prompt is too long|input is too long|exceeds? the (?:context|model's context)",
      Pattern.CASE_INSENSITIVE);

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
    /** We have nothing to show to it: its credentials could not be found. */
    NO_CREDENTIALS
  }

  public static ProviderFailure of(Cause cause, String message) {
    return new ProviderFailure(cause, message, 0, null, null, null, null);
  }

  /** What this failure asks for. */
  public Remedy remedy() {
    if (isContextLength())
      return Remedy.NEXT_ONCE;
    if (isPolicy() || isCallersFault())
      return Remedy.GIVE_BACK;
    if (isCredentials())
      return Remedy.NEXT_NEVER_SAME;
    return switch (cause) {
      case STATUS -> isPassing() ? Remedy.AGAIN : Remedy.NEXT_NEVER_SAME;
      case NO_FIRST_TOKEN, STALLED, TOO_LONG, NOT_A_STREAM, NO_CREDENTIALS -> Remedy.NEXT_NEVER_SAME;
      case UNREACHABLE, TRUNCATED, MALFORMED, IN_BAND, BUSY -> Remedy.NEXT;
    };
  }

  /** A 4xx by which the provider says that the request itself is wrong: it would be so at every attempt. */
  public boolean isCallersFault() {
    return cause == Cause.STATUS && status >= 400 && status < 500 && !isCredentials() && !isPassing();
  }

  /** 408, 425, 429 and 5xx: a repeat at the same place may succeed. */
  public boolean isPassing() {
    return cause == Cause.STATUS && (status >= 500 || status == 429 || status == 408 || status == 425);
  }

  /** The provider does not accept our key. */
  public boolean isCredentials() {
    return cause == Cause.NO_CREDENTIALS || (cause == Cause.STATUS && (status == 401 || status == 403) && !isPolicy());
  }

  /** The request is too long for the model, so another model may take it. */
  public boolean isContextLength() {
    return saysOfRequest() && (says(CONTEXT_LENGTH_CODES) || (message != null && CONTEXT_LENGTH.matcher(message).find()));
  }

  /** The provider will not answer this by its policy, nor would another model of the same kind. */
  public boolean isPolicy() {
    return saysOfRequest() && says(POLICY_CODES);
  }

  private boolean saysOfRequest() {
    return cause == Cause.IN_BAND || (cause == Cause.STATUS && status >= 400 && status < 500);
  }

  private boolean says(Set<String> words) {
    return (code != null && words.contains(code)) || (type != null && words.contains(type));
  }
}
