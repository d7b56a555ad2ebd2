package dev.chorus.streaming.attempt;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.protocol.StreamError;
import dev.chorus.streaming.provider.ProviderFailure;

/** What readers hear of a failure: a provider's 4xx as it was, all else as 502, 503 or 504. */
public final class Failures {
  private static final String SERVER_ERROR = "server_error";

  private Failures() {}

  /** Of the last attempt. */
  public static StreamRecord.Failure of(ProviderFailure failure) {
    return switch (failure.cause()) {
      case STATUS -> status(failure);
      case IN_BAND -> {
        String type = failure.type() == null ? SERVER_ERROR : failure.type();
        yield failure(ErrorCode.UNAVAILABLE, failure.message(), 502, type, failure.code(), failure.param(), failure.retryAfterMs());
      }
      case UNREACHABLE, NOT_A_STREAM, TRUNCATED, MALFORMED -> server(ErrorCode.UNAVAILABLE, failure.message(), 502);
      case STALLED, NO_FIRST_TOKEN, TOO_LONG -> server(ErrorCode.TIMEOUT, failure.message(), 504);
      case BUSY, NO_CREDENTIALS -> server(ErrorCode.UNAVAILABLE, failure.message(), 503);
    };
  }

  private static StreamRecord.Failure status(ProviderFailure failure) {
    if (failure.isCredentials())
      return server(ErrorCode.UNAVAILABLE, "The provider of this model is not available at the moment.", 503);
    int status = failure.status();
    if (status < 400 || status >= 500) {
      int ours = status == 503 || status == 529 ? 503 : status == 504 ? 504 : 502;
      return failure(ErrorCode.UNAVAILABLE, failure.message(), ours, failure.type() == null ? SERVER_ERROR : failure.type(), failure.code(),
          failure.param(),
          failure.retryAfterMs());
    }
    String type = failure.type() == null ? "invalid_request_error" : failure.type();
    return failure(code(status), failure.message(), status, type, failure.code(), failure.param(), failure.retryAfterMs());
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 404 -> ErrorCode.NOT_FOUND;
      case 408 -> ErrorCode.TIMEOUT;
      case 409 -> ErrorCode.CONFLICT;
      case 413 -> ErrorCode.TOO_LARGE;
      case 429 -> ErrorCode.RATE_LIMITED;
      default -> ErrorCode.BAD_REQUEST;
    };
  }

  /** What it had cannot be gone on with. */
  public static StreamRecord.Failure brokenOff() {
    return server(ErrorCode.UNAVAILABLE, "The server that wrote this answer has failed; what it had written is kept.", 503);
  }

  /** Every target has failed so often that it is left alone for now. */
  static StreamRecord.Failure allOpen(long retryAfterMs) {
    return failure(ErrorCode.UNAVAILABLE, "No provider of this model is available at the moment.", 503, SERVER_ERROR, null, null,
        retryAfterMs);
  }

  /** A failure of this server. */
  public static StreamRecord.Failure server(ErrorCode code, String message, int status) {
    return failure(code, message, status, SERVER_ERROR, null, null, null);
  }

  private static StreamRecord.Failure failure(ErrorCode code, String message, int status, String type, String providerCode, String param,
      Long retryAfterMs) {
    return new StreamRecord.Failure(new StreamError(code.word(), message, code.retryable()), status, type, providerCode, param,
        retryAfterMs);
  }
}
