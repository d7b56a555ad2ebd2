package dev.chorus.standalone.token;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a token says of its user.
 *
 * @param rooms globs of rooms that the user may join; empty: the server's default
 */
public record Token(String user, List<String> rooms, boolean admin, Duration lifetime) {
  private static final ObjectMapper mapper = new ObjectMapper();
  private static final Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();

  /** A JSON Web Token, HS256 (RFC 7519, RFC 7515). */
  public String sign(SigningSecret secret, Instant now) {
    ObjectNode claims = mapper.createObjectNode().put("sub", user).put("iat", now.getEpochSecond()).put("exp",
        now.plus(lifetime).getEpochSecond());
    if (!rooms.isEmpty())
      rooms.forEach(claims.putArray("rooms")::add);
    if (admin)
      claims.put("admin", true);
    String signed = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.toString());
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String encoded(String json) {
    return base64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
