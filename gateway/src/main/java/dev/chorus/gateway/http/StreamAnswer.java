package dev.chorus.gateway.http;

import dev.chorus.gateway.stream.Hold;
import dev.chorus.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP answer that grows while a stream runs. Its status is held back until there is something to say, so that a failure before that is a true status; in silence it
 * says that it is alive. When the client goes away the stream is told.
 */
public final class StreamAnswer {
  private static final int QUEUE_BYTES = 64 * 1024;
  private final Vertx vertx;
  private final Exchange exchange;
  private final HttpServerResponse response;
  private final String contentType;
  private final Heartbeat heartbeat;
  private Map<String, String> headers = Map.of();
  private Hold hold;
  private boolean over;
  private boolean clientGone;
  private final boolean onlyHead;
  private long wroteAt = System.nanoTime();
  private long timer;
  /** When it must end; -1 where it need not. */
  private long end = -1;

  /** @param heartbeat what is written in silence; null: nothing */
  public StreamAnswer(Vertx vertx, Exchange exchange, String contentType, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.exchange = exchange;
    this.response = exchange.response();
    this.contentType = contentType;
    this.heartbeat = heartbeat;
    this.onlyHead = exchange.method().equals("HEAD");
    response.setWriteQueueMaxSize(QUEUE_BYTES);
    response.closeHandler(closed -> gone());
    response.exceptionHandler(broken -> gone());
    response.drainHandler(drained -> {
      if (hold != null && !over)
        hold.drained();
    });
    if (heartbeat != null)
      timer = vertx.setTimer(heartbeat.everyMs(), due -> beat());
  }

  /**
   * It ends after that time, whatever it is answered with.
   *
   * @param words as for {@link #fail}
   */
  void endIn(long ms, Problem why, Buffer words) {
    end = vertx.setTimer(Math.max(1, ms), due -> {
      fail(why, words);
      detach();
    });
  }

  /** It goes on no more: a true status where nothing has been said yet, else these words are the last. */
  public void fail(Problem why, Buffer words) {
    if (over)
      return;
    if (response.headWritten()) {
      write(words);
      end();
    } else {
      close();
      exchange.refuse(why);
    }
  }

  /** Said with the head, once it is written. */
  public void headers(Map<String, String> more) {
    headers = more;
  }

  /** The stream that is answered with; it hears when the client can take more, and when it has gone. */
  public void attached(Hold held) {
    hold = held;
    if (clientGone)
      held.gone();
  }

  /** Whether the client has seen a status. */
  public boolean isCommitted() {
    return response.headWritten();
  }

  /** Nobody listens any more, or all has been said. */
  public boolean isOver() {
    return over;
  }

  /** Writes the head: 200. Who has asked for no more than that gets no more, and holds on to nothing. */
  public void commit() {
    if (over || response.headWritten())
      return;
    response.setStatusCode(200).setChunked(true).putHeader("Content-Type", contentType).putHeader("Cache-Control", "no-cache, no-transform")
        .putHeader("X-Accel-Buffering", "no");
    headers.forEach(response::putHeader);
    response.writeHead();
    if (onlyHead) {
      gone();
      response.end();
    }
  }

  /** Writes the head if that has not been done, then this. Done when the operating system has taken it. */
  public Future<Void> write(Buffer bytes) {
    if (over || bytes.length() == 0)
      return Future.succeededFuture();
    commit();
    if (over)
      return Future.succeededFuture();
    wroteAt = System.nanoTime();
    return response.write(bytes);
  }

  /** So much is unsent that the stream has to wait. */
  public boolean full() {
    return !over && response.writeQueueFull();
  }

  /** Nothing comes any more. */
  public void end() {
    if (over)
      return;
    commit();
    if (over)
      return;
    close();
    response.end();
  }

  /** Another answer is given instead, while this one has not begun. */
  public void close() {
    over = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(end);
  }

  /** The reader has said its last word before the stream did. */
  public void detach() {
    if (hold != null)
      hold.detach();
  }

  /** Comes again when the silence since the last write is as long as it may be. */
  private void beat() {
    if (over)
      return;
    long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - wroteAt);
    if (silentMs >= heartbeat.everyMs()) {
      write(heartbeat.line());
      silentMs = 0;
    }
    timer = vertx.setTimer(heartbeat.everyMs() - silentMs, due -> beat());
  }

  private void gone() {
    if (over)
      return;
    close();
    clientGone = true;
    if (hold != null)
      hold.gone();
  }
}
