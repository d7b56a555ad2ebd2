package dev.chorus.bench.floor;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What all reference servers share: one event loop, native transport where there is one, a free port that is told to the parent, and an end with the parent. */
final class Listening {
  /** The word before the port on the one line of output. */
  private static final String WORD = "listening ";

  private Listening() {}

  static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  }

  /** Deflate is switched off, as it is in Chorus: a socket then costs a fifth. */
  static HttpServerOptions options() {
    return new HttpServerOptions().setHost("127.0.0.1").setPort(0).setAcceptBacklog(4096).setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  /** Says the port and stays until the parent closes this process's input, which it also does by dying. */
  static void announce(int port) {
    System.out.println(WORD + port);
    try {
      int input = 0;
      while (input >= 0)
        input = System.in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
