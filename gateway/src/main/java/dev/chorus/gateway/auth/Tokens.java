package dev.chorus.gateway.auth;

import dev.chorus.model.Principal;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON Web Tokens (RFC 7519) by the keys of the settings and of a key set (RFC 7517). Times are judged here, by our clock: the library reads the machine's.
 * A token without a signature is refused, since there is always at least one key.
 */
final class Tokens implements Authenticator {
  private static final long CLOCK_SKEW_MS = 5_000;
  private final Vertx vertx;
  private final Clock clock;
  private final List<String> roomsByDefault;
  private final List<PubSecKeyOptions> keys = new ArrayList<>();
  private final KeySet keySet;
  private JWTAuth verifier;

  Tokens(Vertx vertx, AuthConfig config, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.roomsByDefault = config.roomsByDefault();
    config.secret().ifPresent(secret -> keys.add(TokenKeys.secret(secret)));
    config.publicKey().ifPresent(pem -> keys.addAll(TokenKeys.publicKeys(pem)));
    this.keySet = config.jwks().map(address -> new KeySet(vertx, address, clock)).orElse(null);
    if (!keys.isEmpty()) verifier = verifier(List.of());
  }

  @Override
  public Future<Principal> authenticate(String token) {
    Future<Principal> verified = verify(token);
    if (keySet == null) return verified;
    // An unknown key may be a new one of the set: ask for the set again, which it bounds, and once more.
    return verified.recover(failure -> keySet.refresh().compose(changed -> {
      if (!changed) return Future.failedFuture(failure);
      verifier = verifier(keySet.keys());
      return verify(token);
    }));
  }

  private Future<Principal> verify(String token) {
    if (verifier == null) return Future.failedFuture(Credentials.refused().refusal());
    return verifier.authenticate(new TokenCredentials(token)).transform(user -> {
      Principal principal = user.succeeded() ? principal(user.result()) : null;
      return principal == null ? Future.failedFuture(Credentials.refused().refusal()) : Future.succeededFuture(principal);
    });
  }

  private JWTAuth verifier(List<JsonObject> set) {
    JWTAuthOptions options = new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    keys.forEach(options::addPubSecKey);
    set.stream().filter(this::isUsable).forEach(options::addJwk);
    return JWTAuth.create(vertx, options);
  }

  /** A key of a kind that the library does not know must not cost us the others. */
  private boolean isUsable(JsonObject key) {
    try {
      JWTAuth.create(vertx, new JWTAuthOptions().addJwk(key));
      return true;
    } catch (RuntimeException unknownKind) {
      return false;
    }
  }

  /** The principal of a verified token, or null when its claims do not make one now. */
  private Principal principal(User user) {
    JsonObject claims = user.attributes().getJsonObject("accessToken", user.principal());
    try {
      String sub = claims.getString("sub");
      if (!UserId.isValid(sub)) return null;
      long expiresAt = millis(claims.getNumber("exp"));
      long now = clock.millis();
      if (expiresAt != 0 && expiresAt <= now) return null;
      if (millis(claims.getNumber("nbf")) > now + CLOCK_SKEW_MS) return null;
      return new Principal(new UserId(sub), claims.getString("name"), rooms(claims.getJsonArray("rooms")), claims.getBoolean("admin", false), expiresAt);
    } catch (ClassCastException wrongType) {
      return null;
    }
  }

  private static long millis(Number seconds) {
    return seconds == null ? 0 : (long) (seconds.doubleValue() * 1000);
  }

  private List<String> rooms(JsonArray globs) {
    if (globs == null) return roomsByDefault;
    List<String> rooms = new ArrayList<>(globs.size());
    for (int i = 0; i < globs.size(); i++) rooms.add(globs.getString(i));
    return List.copyOf(rooms);
  }
}
