package dev.chorus.gateway.http;

import dev.chorus.model.Problem;
import java.util.Locale;

/** The header {@code Chorus-On-Disconnect}: what becomes of a stream when its client goes away. */
public final class OnDisconnect {
  private OnDisconnect() {}

  /** Whether the stream goes on. */
  public static boolean goesOn(Exchange exchange, boolean byDefault) {
    String asked = exchange.header("Chorus-On-Disconnect");
    if (asked == null)
      return byDefault;
    return switch (asked.toLowerCase(Locale.ROOT)) {
      case "continue" -> true;
      case "cancel" -> false;
      default -> throw Problem.badRequest("'Chorus-On-Disconnect' is not one of continue, cancel.").refusal();
    };
  }
}
