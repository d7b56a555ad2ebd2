package dev.chorus.e2e.kit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as an identity provider that knows the server's secret would (RFC 7519, HS256), good ones and bad ones. */
public final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final byte[] secret;

  public Tokens(String secret) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /** With the secret that the launcher made in its data directory. */
  public static Tokens of(Path data) throws IOException {
    return new Tokens(Files.readString(data.resolve("jwt.secret")).trim());
  }

  /** A token that does not end. */
  public String of(String user) {
    return sign(Map.of("sub", user));
  }

  public String admin(String user) {
    return sign(Map.of("sub", user, "admin", true));
  }

  public String sign(Map<String, ?> claims) {
    String unsigned = part(Map.of("alg", "HS256", "typ", "JWT")) + "." + part(new LinkedHashMap<>(claims));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return unsigned + "." + encode(mac.doFinal(unsigned.getBytes(StandardCharsets.US_ASCII)));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token with {@code alg:none} and no signature, which no server may accept. */
  public static String unsigned(String user) {
    return part(Map.of("alg", "none", "typ", "JWT")) + "." + part(Map.of("sub", user)) + ".";
  }

  private static String part(Map<String, ?> claims) {
    try {
      return encode(JSON.writeValueAsBytes(claims));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
