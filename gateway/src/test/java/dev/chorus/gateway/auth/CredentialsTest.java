package dev.chorus.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chorus.config.Settings;
import dev.chorus.gateway.socketkit.Jwt;
import dev.chorus.model.Principal;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which credentials stand for whom, and which for nobody. */
final class CredentialsTest {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private final Vertx vertx = Vertx.vertx();

  @TempDir
  Path directory;

  @AfterEach
  void stop() {
    vertx.close();
  }

  private Credentials credentials(Map<String, String> environment) throws Exception {
    Settings settings = Settings.of(environment);
    AuthConfig config = AuthConfig.from(settings);
    settings.check();
    return new Credentials(vertx, config, Clock.systemUTC());
  }

  private static Principal who(Credentials credentials, String credential) throws Exception {
    return credentials.authenticate(credential).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static void refused(Credentials credentials, String credential) {
    assertThatThrownBy(() -> who(credentials, credential)).as(credential).cause().isInstanceOf(Refusal.class)
        .hasMessageContaining("unauthorized");
  }

  private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----\n";
  }

  private static String signed(String header, String claims, String algorithm, KeyPair keys) throws GeneralSecurityException {
    String body = URL.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + '.'
        + URL.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(keys.getPrivate());
    signature.update(body.getBytes(StandardCharsets.US_ASCII));
    return body + '.' + URL.encodeToString(signature.sign());
  }

  @Test
  void claimsBecomeAPrincipal() throws Exception {
    Credentials credentials = credentials(Map.of("CHORUS_JWT_SECRET", Jwt.SECRET, "CHORUS_ROOMS_DEFAULT", "public.*"));
    Principal ann = who(credentials,
        Jwt.of("{\"sub\":\"ann\",\"name\":\"Ann\",\"rooms\":[\"a\",\"team.*\"],\"admin\":true,\"exp\":4102444800}"));
    assertThat(ann.user().value()).isEqualTo("ann");
    assertThat(ann.name()).isEqualTo("Ann");
    assertThat(ann.admin()).isTrue();
    assertThat(ann.expiresAt()).isEqualTo(4_102_444_800_000L);
    assertThat(ann.mayJoin(new RoomId("team.x"))).isTrue();
    assertThat(ann.mayJoin(new RoomId("b"))).isFalse();
    assertThat(who(credentials, Jwt.user("ben")).mayJoin(new RoomId("public.lobby"))).isTrue();
    assertThat(who(credentials, Jwt.user("ben")).mayJoin(new RoomId("lobby"))).isFalse();
    assertThat(who(credentials, Jwt.of("{\"sub\":\"ann\",\"rooms\":[]}")).mayJoin(new RoomId("public.lobby"))).isFalse();
  }

  @Test
  void tokensThatProveNothingAreRefused() throws Exception {
    Credentials credentials = credentials(Map.of("CHORUS_JWT_SECRET", Jwt.SECRET));
    for (String token : new String[]{null, "", "x", "a.b.c", Jwt.unsigned("{\"sub\":\"ann\"}"),
        Jwt.signed("{\"sub\":\"ann\"}", "some other secret, also long"),
        Jwt.of("{\"sub\":\"ann\",\"exp\":1}"), Jwt.of("{\"sub\":\"ann\",\"nbf\":4102444800}"), Jwt.of("{\"sub\":7}"), Jwt.of("{}"),
        Jwt.of("{\"sub\":\"\"}"),
        Jwt.of("{\"sub\":\"ann\",\"rooms\":\"*\"}"), Jwt.of("{\"sub\":\"ann\",\"exp\":\"never\"}"), "x".repeat(20_000)}) {
      refused(credentials, token);
    }
  }

  @Test
  void aPublicKeyVerifiesAndCannotServeAsASecret() throws Exception {
    KeyPair rsa = keys("RSA", 2048);
    Credentials credentials = credentials(Map.of("CHORUS_JWT_PUBLIC_KEY", pem(rsa.getPublic())));
    assertThat(who(credentials, signed("{\"alg\":\"RS256\"}", "{\"sub\":\"ann\"}", "SHA256withRSA", rsa)).user().value()).isEqualTo("ann");
    refused(credentials, signed("{\"alg\":\"RS256\"}", "{\"sub\":\"ann\"}", "SHA256withRSA", keys("RSA", 2048)));
    refused(credentials, Jwt.signed("{\"sub\":\"ann\"}", pem(rsa.getPublic())));
    KeyPair ec = keys("EC", 256);
    Credentials byEc = credentials(Map.of("CHORUS_JWT_PUBLIC_KEY", pem(ec.getPublic())));
    assertThat(who(byEc, signed("{\"alg\":\"ES256\"}", "{\"sub\":\"ann\"}", "SHA256withECDSAinP1363Format", ec)).user().value())
        .isEqualTo("ann");
  }

  @Test
  void keysOfASetAreFetchedWhenATokenNeedsThem() throws Exception {
    KeyPair rsa = keys("RSA", 2048);
    KeyPair ec = keys("EC", 256);
    RSAPublicKey key = (RSAPublicKey) rsa.getPublic();
    String jwk = "{\"kty\":\"RSA\",\"kid\":\"one\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\""
        + URL.encodeToString(unsigned(key.getModulus().toByteArray())) + "\",\"e\":\""
        + URL.encodeToString(key.getPublicExponent().toByteArray()) + "\"}";
    ECPublicKey point = (ECPublicKey) ec.getPublic();
    String curve = "{\"kty\":\"EC\",\"kid\":\"two\",\"crv\":\"P-256\",\"x\":\""
        + URL.encodeToString(sized(point.getW().getAffineX().toByteArray())) + "\",\"y\":\""
        + URL.encodeToString(sized(point.getW().getAffineY().toByteArray())) + "\"}";
    String set = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},{\"kty\":\"EC\",\"crv\":\"unknown\"}," + jwk + "," + curve + "]}";
    int port = vertx.createHttpServer().requestHandler(request -> request.response().end(set)).listen(0, "127.0.0.1").toCompletionStage()
        .toCompletableFuture().get()
        .actualPort();
    Credentials credentials = credentials(Map.of("CHORUS_JWKS_URL", "http://127.0.0.1:" + port + "/keys"));
    assertThat(who(credentials, signed("{\"alg\":\"RS256\",\"kid\":\"one\"}", "{\"sub\":\"ann\"}", "SHA256withRSA", rsa)).user().value())
        .isEqualTo("ann");
    assertThat(who(credentials, signed("{\"alg\":\"ES256\",\"kid\":\"two\"}", "{\"sub\":\"ben\"}", "SHA256withECDSAinP1363Format", ec))
        .user().value()).isEqualTo("ben");
    refused(credentials, Jwt.signed("{\"sub\":\"ann\"}", "secret"));
    refused(credentials, Jwt.unsigned("{\"sub\":\"ann\"}"));
  }

  private static byte[] unsigned(byte[] number) {
    return number[0] == 0 ? java.util.Arrays.copyOfRange(number, 1, number.length) : number;
  }

  private static byte[] sized(byte[] number) {
    byte[] bytes = new byte[32];
    byte[] from = unsigned(number);
    System.arraycopy(from, 0, bytes, 32 - from.length, from.length);
    return bytes;
  }

  @Test
  void anApiKeyIsKnownByItsHash() throws Exception {
    byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest("sk-test-123".getBytes(StandardCharsets.UTF_8));
    Path file = Files.writeString(directory.resolve("keys.json"),
        "[{\"sha256\":\"" + HexFormat.of().formatHex(hash) + "\",\"user\":\"bot\",\"admin\":true,\"rooms\":[\"a\"]}]");
    Credentials credentials = credentials(Map.of("CHORUS_JWT_SECRET", Jwt.SECRET, "CHORUS_API_KEYS", file.toString()));
    assertThat(who(credentials, "sk-test-123").user().value()).isEqualTo("bot");
    assertThat(who(credentials, "sk-test-123").admin()).isTrue();
    refused(credentials, "sk-test-124");
  }

  @Test
  void wrongSettingsAreReportedTogether() throws IOException {
    Path file = Files.writeString(directory.resolve("keys.json"), "[{\"sha256\":\"abc\",\"user\":\"bot\"}]");
    assertThatThrownBy(() -> credentials(Map.of("CHORUS_JWT_SECRET", "short", "CHORUS_API_KEYS", file.toString(), "CHORUS_JWKS_URL",
        "ftp://x", "CHORUS_JWT_PUBLIC_KEY", "no")))
        .hasMessageContaining("CHORUS_JWT_SECRET").hasMessageContaining("CHORUS_API_KEYS").hasMessageContaining("CHORUS_JWKS_URL")
        .hasMessageContaining("CHORUS_JWT_PUBLIC_KEY");
    assertThatThrownBy(() -> credentials(Map.of())).hasMessageContaining("CHORUS_JWT_SECRET");
  }
}
