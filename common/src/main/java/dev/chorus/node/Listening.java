package dev.chorus.node;

import io.vertx.core.Future;

/** Servers of a node that cannot listen. */
public final class Listening {
  private Listening() {}

  /** The same failure, saying which port it is about. */
  public static <T> Future<T> failed(int port, Throwable failure) {
    return Future.failedFuture(new IllegalStateException("port " + port + ": " + failure.getMessage(), failure));
  }
}
