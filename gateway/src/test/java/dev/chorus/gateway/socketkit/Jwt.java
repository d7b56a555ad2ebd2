package dev.chorus.gateway.socketkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as an identity provider would make them. */
public final class Jwt {
  public static final String SECRET = "a secret for tests only, of some length";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private Jwt() {}

  /** A token with these claims, signed by the test's secret. */
  public static String of(String claims) {
    return signed(claims, SECRET);
  }

  public static String user(String sub) {
    return of("{\"sub\":\"" + sub + "\"}");
  }

  public static String admin(String sub) {
    return of("{\"sub\":\"" + sub + "\",\"admin\":true}");
  }

  public static String signed(String claims, String secret) {
    try {
      String body = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + '.' + encode(claims);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return body + '.' + BASE64.encodeToString(mac.doFinal(body.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token that nobody signed. */
  public static String unsigned(String claims) {
    return encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + '.' + encode(claims) + '.';
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
