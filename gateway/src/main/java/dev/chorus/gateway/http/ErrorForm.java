package dev.chorus.gateway.http;

import dev.chorus.model.Problem;
import dev.chorus.protocol.EventCodec;

/** How a refusal looks in the body of an HTTP answer; dialects have their own. */
@FunctionalInterface
public interface ErrorForm {
  /** Chorus' own: {@code {"error":{"code","message","retryable","retryAfterMs"?}}}. */
  ErrorForm CHORUS = EventCodec::httpError;

  /** The body, as JSON. */
  byte[] body(Problem problem);
}
