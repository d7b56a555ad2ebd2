package dev.chorus.streaming.exchange;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * When one answer is read from its socket. A pause is Vert.x's: it reads on until its own queue is full, so it holds for as long as one likes. A rest shuts the socket itself for a
 * moment: what comes meanwhile is one read instead of many. While paused, no rest opens what the pause has shut.
 */
final class Intake {
  private HttpClientRequest request;
  private HttpClientResponse response;
  private boolean paused;
  private boolean resting;
  private boolean shut;

  /** The answer has begun. */
  void of(HttpClientRequest itsRequest, HttpClientResponse answer) {
    request = itsRequest;
    response = answer;
    if (paused)
      answer.pause();
  }

  void pause() {
    paused = true;
    if (response != null)
      response.pause();
  }

  void resume() {
    paused = false;
    if (response != null)
      response.resume();
    open();
  }

  void rest(boolean now) {
    resting = now;
    if (now && !shut && response != null && read(false))
      shut = true;
    open();
  }

  /** The connection may carry other answers from now on. */
  void close() {
    paused = false;
    resting = false;
    open();
    response = null;
  }

  private void open() {
    if (!shut || paused || resting)
      return;
    shut = false;
    read(true);
  }

  /** False where the connection is none with a socket of its own. */
  private boolean read(boolean now) {
    if (!(request.connection() instanceof ConnectionBase connection))
      return false;
    connection.channel().config().setAutoRead(now);
    return true;
  }
}
