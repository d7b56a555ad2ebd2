package dev.chorus.gateway.socket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The opening handshake of RFC 6455, section 4, as functions of header values. */
final class Handshake {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  static final String PROTOCOL = "chorus.v1";
  private static final String BEARER = "bearer.";

  private Handshake() {}

  /** The value of {@code Sec-WebSocket-Accept}; empty when the key is none. */
  static Optional<String> accept(String key) {
    try {
      if (key == null || Base64.getDecoder().decode(key.strip()).length != KEY_BYTES)
        return Optional.empty();
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key.strip() + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return Optional.of(Base64.getEncoder().encodeToString(digest));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Whether a header that is a list of words has that word. */
  static boolean has(List<String> headers, String word) {
    return words(headers).stream().anyMatch(word::equalsIgnoreCase);
  }

  /** The words of a header that is a list, in order. */
  static List<String> words(List<String> headers) {
    return headers.stream().flatMap(header -> Arrays.stream(header.split(",", -1))).map(String::strip).filter(word -> !word.isEmpty())
        .toList();
  }

  /** The credential among the offered subprotocols. */
  static Optional<String> bearer(List<String> protocols) {
    return protocols.stream().filter(word -> word.startsWith(BEARER)).map(word -> word.substring(BEARER.length())).findFirst();
  }

  /** Whether pages of that origin may connect: the server's own, one that is allowed, or none (not a browser). */
  static boolean allowed(String origin, String host, List<String> allowed) {
    if (origin == null || allowed.contains("*"))
      return true;
    String lower = origin.toLowerCase(Locale.ROOT);
    if (allowed.contains(lower))
      return true;
    String ownHost = host == null ? "" : host.toLowerCase(Locale.ROOT);
    return lower.equals("http://" + ownHost) || lower.equals("https://" + ownHost);
  }
}
