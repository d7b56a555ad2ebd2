package dev.chorus.gateway.openai;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The error object of the OpenAI API: {@code {"error":{"message","type","param","code"}}}, all four always present. */
public record OpenAiError(int status, String message, String type, String param, String code, Long retryAfterMs) {
  private static final String INVALID = "invalid_request_error";

  /** The body of a refusal. */
  public static byte[] body(Problem problem) {
    return of(problem).body();
  }

  static OpenAiError of(Problem problem) {
    String code = switch (problem.code()) {
      case UNAUTHORIZED -> "invalid_api_key";
      case RATE_LIMITED -> "rate_limit_exceeded";
      case BAD_REQUEST, UNSUPPORTED -> null;
      default -> problem.code().word();
    };
    return new OpenAiError(problem.code().httpStatus(), problem.message(), type(problem.code()), null, code, problem.retryAfterMs());
  }

  private static String type(ErrorCode code) {
    return switch (code) {
      case RATE_LIMITED -> "rate_limit_error";
      case UNAVAILABLE, TIMEOUT, INTERNAL -> "server_error";
      case FORBIDDEN, NOT_MEMBER -> "permission_error";
      default -> INVALID;
    };
  }

  /** The body is not one of a chat completion. */
  static OpenAiError invalid(String message, String param) {
    return new OpenAiError(400, message, INVALID, param, null, null);
  }

  static OpenAiError modelNotFound(String message) {
    return new OpenAiError(404, message, INVALID, "model", "model_not_found", null);
  }

  /** Why a stream did not come to its end. */
  static OpenAiError of(StreamRecord.End end) {
    StreamRecord.Failure failure = end.failure();
    if (failure != null) {
      String type = failure.type() != null ? failure.type() : failure.httpStatus() < 500 ? INVALID : "server_error";
      String code = failure.code() != null || failure.httpStatus() < 500 ? failure.code() : failure.error().code();
      return new OpenAiError(failure.httpStatus(), failure.error().message(), type, failure.param(), code, failure.retryAfterMs());
    }
    if (end.status().equals("CANCELLED"))
      return new OpenAiError(409, "The answer was cancelled.", INVALID, null, "cancelled", null);
    return of(Problem.of(ErrorCode.INTERNAL, "The answer ended without saying why."));
  }

  byte[] body() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", message);
    error.put("type", type);
    error.put("param", param);
    error.put("code", code);
    return Json.bytes(Map.of("error", error));
  }
}
