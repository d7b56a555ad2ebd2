package dev.chorus.gateway.auth;

import dev.chorus.model.Principal;
import io.vertx.core.Future;

/** Tells who a credential stands for. */
public interface Authenticator {
  /**
   * @param credential a JWT or an API key, as the client sent it
   * @return the caller, or a {@link dev.chorus.model.Refusal} {@code unauthorized} that does not say what of it is wrong in detail; {@code unavailable} when the
   *         keys that verify tokens cannot be had
   */
  Future<Principal> authenticate(String credential);

  /** Whether callers are whom they say they are, without any proof. */
  default boolean takesNames() {
    return false;
  }
}
