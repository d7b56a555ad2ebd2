package dev.chorus.gateway.openai;

import dev.chorus.gateway.http.Exchange;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers an exchange with what went wrong, as the clients of its surface expect it: a true status and the body of the dialect. */
final class Refusals {
  private final Exchange exchange;
  private final Surface surface;

  Refusals(Exchange exchange, Surface surface) {
    this.exchange = exchange;
    this.surface = surface;
  }

  /** Something could not be asked, or not be started. */
  void of(Throwable failure) {
    if (failure instanceof ChatRequest.Invalid invalid)
      of(invalid.error());
    else if (surface.dialect() && failure instanceof Refusal refusal && refusal.problem().code() == ErrorCode.NOT_FOUND) {
      of(OpenAiError.modelNotFound(refusal.problem().message()));
    } else
      exchange.refuse(failure);
  }

  /** The answer failed before its first token, or the provider refused it. */
  void of(OpenAiError error) {
    if (exchange.isAnswered())
      return;
    if (error.retryAfterMs() != null) {
      exchange.response().putHeader("Retry-After", Long.toString(Math.max(1, (error.retryAfterMs() + 999) / 1000)));
    }
    exchange.json(error.status(), surface.dialect() ? error.body() : own(error));
  }

  private static byte[] own(OpenAiError error) {
    Problem problem = new Problem(code(error.status()), error.message(), code(error.status()).retryable(), error.retryAfterMs());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("code", problem.code().word());
    body.put("message", problem.message());
    body.put("retryable", problem.retryable());
    if (problem.retryAfterMs() != null)
      body.put("retryAfterMs", problem.retryAfterMs());
    return Json.bytes(Map.of("error", body));
  }

  private static ErrorCode code(int status) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.httpStatus() == status)
        return code;
    }
    return status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.UNAVAILABLE;
  }
}
