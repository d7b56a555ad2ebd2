package dev.chorus.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;

/** Ends connections on which no whole head of a request has come a while after they were opened: who opens many and says nothing, or a byte now and then, does not hold them for long. */
public final class SilentConnections {
  private final Vertx vertx;
  private final long patienceMs;
  /** The timers of those of which nothing has been heard yet. */
  private final Map<HttpConnection, Long> silent = new HashMap<>();

  public SilentConnections(Vertx vertx, long patienceMs) {
    this.vertx = vertx;
    this.patienceMs = patienceMs;
  }

  public void opened(HttpConnection connection) {
    silent.put(connection, vertx.setTimer(patienceMs, late -> {
      silent.remove(connection);
      connection.close();
    }));
  }

  /** The first request of its connection, or a further one. */
  public void spoke(HttpServerRequest request) {
    Long timer = silent.remove(request.connection());
    if (timer != null)
      vertx.cancelTimer(timer);
  }
}
