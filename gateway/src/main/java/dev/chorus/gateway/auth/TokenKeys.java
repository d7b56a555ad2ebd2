package dev.chorus.gateway.auth;

import io.vertx.ext.auth.PubSecKeyOptions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Keys as the token library takes them: each is bound to its algorithms, so that a public key can never serve as the secret of an HS256 token. */
final class TokenKeys {
  private TokenKeys() {}

  static PubSecKeyOptions secret(String secret) {
    return new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret);
  }

  /** One for each algorithm that the key serves; empty when it is none. */
  static List<PubSecKeyOptions> publicKeys(String pem) {
    return algorithms(pem).stream().map(algorithm -> new PubSecKeyOptions().setAlgorithm(algorithm).setBuffer(pem)).toList();
  }

  private static List<String> algorithms(String pem) {
    if (!pem.contains("BEGIN PUBLIC KEY"))
      return List.of();
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    } catch (IllegalArgumentException notBase64) {
      return List.of();
    }
    X509EncodedKeySpec key = new X509EncodedKeySpec(der);
    try {
      KeyFactory.getInstance("RSA").generatePublic(key);
      return List.of("RS256", "RS384", "RS512");
    } catch (GeneralSecurityException notRsa) {
      return curve(key);
    }
  }

  private static List<String> curve(X509EncodedKeySpec key) {
    try {
      ECPublicKey ec = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(key);
      return switch (ec.getParams().getCurve().getField().getFieldSize()) {
        case 256 -> List.of("ES256");
        case 384 -> List.of("ES384");
        case 521 -> List.of("ES512");
        default -> List.of();
      };
    } catch (GeneralSecurityException notEc) {
      return List.of();
    }
  }
}
