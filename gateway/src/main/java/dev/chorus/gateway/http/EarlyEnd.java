package dev.chorus.gateway.http;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.EventCodec;

/** A stream that ended before it said anything, as a true status with Chorus' own error body. */
public final class EarlyEnd {
  private EarlyEnd() {}

  /** Answers an exchange that has not been answered yet. */
  public static void answer(Exchange exchange, StreamRecord.End end) {
    StreamRecord.Failure failure = end.failure();
    if (failure == null)
      answer(exchange, 409, Problem.of(ErrorCode.CONFLICT, "The answer was cancelled."));
    else
      answer(exchange, failure.httpStatus(), failure.error().message(), failure.retryAfterMs());
  }

  /** Answers with that status, which may be a provider's. */
  public static void answer(Exchange exchange, int status, String message, Long retryAfterMs) {
    ErrorCode code = code(status);
    answer(exchange, status, new Problem(code, message, code.retryable(), retryAfterMs));
  }

  private static void answer(Exchange exchange, int status, Problem problem) {
    if (exchange.isAnswered())
      return;
    if (problem.retryAfterMs() != null)
      exchange.response().putHeader("Retry-After", Long.toString(Math.max(1, (problem.retryAfterMs() + 999) / 1000)));
    exchange.json(status, EventCodec.httpError(problem));
  }

  private static ErrorCode code(int status) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.httpStatus() == status)
        return code;
    }
    return status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.UNAVAILABLE;
  }
}
