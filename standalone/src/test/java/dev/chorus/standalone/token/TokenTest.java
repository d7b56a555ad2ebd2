package dev.chorus.standalone.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenTest {
  private static final SigningSecret SECRET = new SigningSecret("0123456789abcdef0123456789abcdef");
  private final Instant now = Clock.systemUTC().instant();

  @Test
  void aTokenIsAcceptedByAnotherReaderWithTheSameSecretAndCarriesItsClaims() throws Exception {
    String token = new Token("some \"one\" é", List.of("a*", "b"), true, Duration.ofHours(1)).sign(SECRET, now);
    JsonObject claims = read(token, SECRET);
    assertThat(claims.getString("sub")).isEqualTo("some \"one\" é");
    assertThat(claims.getJsonArray("rooms")).isEqualTo(new JsonArray().add("a*").add("b"));
    assertThat(claims.getBoolean("admin")).isTrue();
    assertThat(claims.getLong("iat")).isEqualTo(now.getEpochSecond());
    assertThat(claims.getLong("exp")).isEqualTo(now.getEpochSecond() + 3600);
  }

  @Test
  void whatIsNotAskedForIsNotClaimed() throws Exception {
    JsonObject claims = read(new Token("someone", List.of(), false, Duration.ofHours(1)).sign(SECRET, now), SECRET);
    assertThat(claims.fieldNames()).doesNotContain("rooms", "admin");
  }

  @Test
  void anotherSecretDoesNotAcceptIt() {
    String token = new Token("someone", List.of(), false, Duration.ofHours(1)).sign(SECRET, now);
    assertThatThrownBy(() -> read(token, new SigningSecret("another-secret-another-secret-12"))).isNotNull();
  }

  private static JsonObject read(String token, SigningSecret secret) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      JWTAuth reader = JWTAuth.create(vertx,
          new JWTAuthOptions().addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret.value())));
      assertThat(reader.authenticate(new TokenCredentials(token)).await(20, TimeUnit.SECONDS)).isNotNull();
      return new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.", 3)[1]), StandardCharsets.UTF_8));
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
