package dev.chorus.gateway.http;

import dev.chorus.gateway.stream.RequestHash;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;

/** The {@code Idempotency-Key} of a request: a repeat finds what the first one began. */
public final class Idempotency {
  private static final int MAX_KEY = 255;

  private Idempotency() {}

  /** The clientId that stands for the key, or null where there is none. It is the user's for this path only; hashed, it cannot meet the clientId of a socket. */
  public static String clientId(Exchange exchange, String path) {
    String key = exchange.header("Idempotency-Key");
    if (key == null)
      return null;
    if (key.isEmpty())
      throw Refusal.of(ErrorCode.BAD_REQUEST, "'Idempotency-Key' is empty.");
    if (key.length() > MAX_KEY)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'Idempotency-Key' is longer than " + MAX_KEY + " characters.");
    return RequestHash.of(path, key);
  }
}
