package dev.chorus.gateway.auth;

import dev.chorus.model.Principal;
import dev.chorus.model.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * JSON Web Tokens (RFC 7519) by the keys of the settings and of a key set (RFC 7517). Times are judged here, by our clock: the library reads the machine's.
 * A token without a signature is refused, since there is always at least one key.
 */
final class Tokens implements Authenticator {
  private static final long CLOCK_SKEW_MS = 5_000;
  private static final Set<String> ALGORITHMS = Set.of("HS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
      "ES512", "EdDSA");
  private final Vertx vertx;
  private final Clock clock;
  private final List<String> roomsByDefault;
  private final List<PubSecKeyOptions> keys = new ArrayList<>();
  private final KeySet keySet;
  private final VerifiedTokens recent = new VerifiedTokens();
  private JWTAuth verifier;

  Tokens(Vertx vertx, AuthConfig config, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.roomsByDefault = config.roomsByDefault();
    config.secret().ifPresent(secret -> keys.add(TokenKeys.secret(secret)));
    config.publicKey().ifPresent(pem -> keys.addAll(TokenKeys.publicKeys(pem)));
    this.keySet = config.jwks().map(address -> new KeySet(vertx, address, clock)).orElse(null);
    if (!keys.isEmpty())
      verifier = verifier(List.of());
  }

  @Override
  public Future<Principal> authenticate(String token) {
    return recent.find(token, clock.millis()).map(Future::succeededFuture)
        .orElseGet(() -> look(token).onSuccess(caller -> recent.add(token, caller, clock.millis())));
  }

  private Future<Principal> look(String token) {
    Future<Principal> verified = verify(token);
    if (keySet == null)
      return verified;
    // An unknown key may be a new one of the set: ask for the set again, which it bounds, and once more.
    return verified.recover(failure -> keySet.refresh().compose(changed -> {
      if (!changed)
        return Future.failedFuture(failure);
      verifier = verifier(keySet.keys());
      recent.clear();
      return verify(token);
    }));
  }

  private Future<Principal> verify(String token) {
    if (verifier == null || !isSigned(token))
      return Future.failedFuture(Credentials.refused().refusal());
    Future<User> verified;
    try {
      verified = verifier.authenticate(new TokenCredentials(token));
    } catch (RuntimeException wrongClaims) {
      // The library throws where a claim of its own, such as exp, has another type.
      verified = Future.failedFuture(wrongClaims);
    }
    return verified.transform(user -> {
      Principal principal = user.succeeded() ? principal(user.result()) : null;
      return principal == null ? Future.failedFuture(Credentials.refused().refusal()) : Future.succeededFuture(principal);
    });
  }

  /** Whether the token says that it is signed. The library would let an unsigned one pass if it could use none of a set's keys. */
  private static boolean isSigned(String token) {
    int dot = token.indexOf('.');
    if (dot <= 0)
      return false;
    try {
      JsonObject header = new JsonObject(new String(Base64.getUrlDecoder().decode(token.substring(0, dot)), StandardCharsets.UTF_8));
      return header.getValue("alg") instanceof String algorithm && ALGORITHMS.contains(algorithm);
    } catch (IllegalArgumentException | DecodeException notAToken) {
      return false;
    }
  }

  private JWTAuth verifier(List<JsonObject> set) {
    JWTAuthOptions options = new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    keys.forEach(options::addPubSecKey);
    set.forEach(options::addJwk);
    return JWTAuth.create(vertx, options);
  }

  /** The principal of a verified token, or null when its claims do not make one now. */
  private Principal principal(User user) {
    JsonObject claims = user.attributes().getJsonObject("accessToken", user.principal());
    try {
      if (!(claims.getValue("sub") instanceof String sub) || !UserId.isValid(sub))
        return null;
      long expiresAt = millis(claims.getNumber("exp"));
      long now = clock.millis();
      if (expiresAt != 0 && expiresAt <= now)
        return null;
      if (millis(claims.getNumber("nbf")) > now + CLOCK_SKEW_MS)
        return null;
      return new Principal(new UserId(sub), claims.getValue("name") instanceof String name ? name : null,
          rooms(claims.getJsonArray("rooms")), claims.getBoolean("admin", false), expiresAt);
    } catch (ClassCastException wrongType) {
      return null;
    }
  }

  private static long millis(Number seconds) {
    return seconds == null ? 0 : (long) (seconds.doubleValue() * 1000);
  }

  private List<String> rooms(JsonArray globs) {
    if (globs == null)
      return roomsByDefault;
    List<String> rooms = new ArrayList<>(globs.size());
    for (Object glob : globs)
      rooms.add((String) glob);
    return List.copyOf(rooms);
  }
}
