package dev.chorus.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * A measured audience: who asks for what, and when.
 *
 * @param viewers how many, each with an answer of its own
 * @param path what is asked for
 * @param header of a viewer, one line with its end, or empty
 * @param body of the request for an answer of so many tokens with that recital
 * @param sign what stands before each piece of text in the answer
 * @param openSeconds over which the viewers come
 * @param settleSeconds from the last one's coming to the measuring
 * @param tailSeconds from the end of the measuring to the end of the first answer
 * @param slowBytes that the first viewer reads in a second while it is measured, of an answer with {@link #SLOW_FILLER}; 0: as much as there is
 */
public record Show(int viewers, String path, IntFunction<String> header, Body body, String sign, double openSeconds, double settleSeconds,
    double measuredSeconds, double tailSeconds, int slowBytes) {
  /** So large are the tokens of who reads slowly, so that what is unsent is more than any buffer on the way. */
  static final int SLOW_FILLER = 2048;
  private static final int TOKENS_PER_SECOND = 50;

  /** How a request is put. */
  @FunctionalInterface
  public interface Body {
    /** As JSON. */
    String of(int tokens, Recital recital);
  }

  /** Of each answer: the first to begin ends last of all moments that are looked at. */
  int tokens() {
    return (int) ((openSeconds + settleSeconds + measuredSeconds + tailSeconds) * TOKENS_PER_SECOND);
  }

  Recital recital(int viewer) {
    return isSlow(viewer) ? new Recital(SLOW_FILLER) : Recital.USUAL;
  }

  boolean isSlow(int viewer) {
    return viewer == 0 && slowBytes > 0;
  }

  byte[] request(int viewer, int port) {
    String json = body.of(tokens(), recital(viewer));
    return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + header.apply(viewer)
        + "Content-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: " + json.length() + "\r\n\r\n" + json)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
