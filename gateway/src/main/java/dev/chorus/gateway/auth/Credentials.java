package dev.chorus.gateway.auth;

import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;

/** All credentials that this gateway accepts: an API key where its hash is known, else a token. */
public final class Credentials implements Authenticator {
  private static final int MAX_LENGTH = 16_384;
  private final ApiKeys apiKeys;
  private final Tokens tokens;

  public Credentials(Vertx vertx, AuthConfig config, Clock clock) {
    this.apiKeys = config.apiKeys();
    this.tokens = new Tokens(vertx, config, clock);
  }

  @Override
  public Future<Principal> authenticate(String credential) {
    if (credential == null || credential.isEmpty() || credential.length() > MAX_LENGTH)
      return Future.failedFuture(refused().refusal());
    Optional<Principal> key = apiKeys.find(credential);
    return key.isPresent() ? Future.succeededFuture(key.get()) : tokens.authenticate(credential);
  }

  static Problem refused() {
    return Problem.of(ErrorCode.UNAUTHORIZED, "The token is missing, wrong or has expired.");
  }
}
