package dev.chorus.bench.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs the tokens of the load's users itself: thousands of them, one process each would take minutes. */
public record Token(String secret) {
  private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
  private static final long VALID_SECONDS = 3_600;

  /** A token that the server with this secret accepts for an hour; an admin is exempt from rates. */
  public String of(String user, boolean admin) {
    long expires = Instant.now().getEpochSecond() + VALID_SECONDS;
    String claims = "{\"sub\":\"" + user + "\",\"admin\":" + admin + ",\"exp\":" + expires + "}";
    String signed = HEADER + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
