package dev.chorus.gateway.openai;

import dev.chorus.gateway.http.EarlyEnd;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;

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
    if (!surface.dialect()) {
      EarlyEnd.answer(exchange, error.status(), error.message(), error.retryAfterMs());
      return;
    }
    if (error.retryAfterMs() != null) {
      exchange.response().putHeader("Retry-After", Long.toString(Math.max(1, (error.retryAfterMs() + 999) / 1000)));
    }
    exchange.json(error.status(), error.body());
  }
}
