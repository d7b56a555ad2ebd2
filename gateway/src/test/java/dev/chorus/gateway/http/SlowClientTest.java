package dev.chorus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.gateway.HttpGateway;
import dev.chorus.model.Refusal;
import dev.chorus.model.UserId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who sends a request so slowly that it never ends holds its connection and its body only for a while. */
final class SlowClientTest {
  private static final int SHORT_MS = 200;
  private static final int LONG_MS = 600_000;
  private static final int READ_MS = 60_000;
  private static final int ATTEMPTS = 50;
  private static final BodyBytes BODIES = new BodyBytes(10_000);
  private static final UserId ANN = new UserId("ann");
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    HttpGateway.await(vertx.close());
  }

  private Socket connect(int headMs, int bodyMs) throws IOException {
    return connect(headMs, bodyMs, () -> {});
  }

  /** @param spoken runs when the head of a request has come */
  private Socket connect(int headMs, int bodyMs, Runnable spoken) throws IOException {
    SilentConnections silent = new SilentConnections(vertx, headMs);
    HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false)).connectionHandler(silent::opened)
        .requestHandler(request -> {
          silent.spoke(request);
          spoken.run();
          answer(request, bodyMs);
        });
    int port = HttpGateway.await(server.listen(0, "127.0.0.1")).actualPort();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_MS);
    return socket;
  }

  private static void answer(HttpServerRequest request, int bodyMs) {
    RequestBody.read(request, 1000, BODIES, ANN, bodyMs).onSuccess(body -> request.response().end("took " + body.length))
        .onFailure(failure -> request.response().setStatusCode(Refusal.problemOf(failure).code().httpStatus()).end(failure.getMessage()));
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** All that comes until the server closes the connection. */
  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** Nothing comes, and the server closes the connection; if it does so before it has read what the client said, that is a reset. */
  private static void isEnded(Socket socket) throws IOException {
    try {
      assertThat(rest(socket)).isEmpty();
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  /** A connection on which the head of a POST has come in time, and half of its body; on a slow machine not every one does that. */
  private Socket begun() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      CountDownLatch spoken = new CountDownLatch(1);
      Socket socket = connect(SHORT_MS, LONG_MS, spoken::countDown);
      try {
        say(socket, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nwh");
        socket.setSoTimeout(SHORT_MS);
        while (spoken.getCount() > 0 && !isClosed(socket)) {
          // The next look takes its time by itself.
        }
      } catch (SocketException closed) {
        // It was too slow.
      }
      if (spoken.getCount() == 0) {
        socket.setSoTimeout(READ_MS);
        return socket;
      }
      socket.close();
    }
    throw new AssertionError("no head came within " + SHORT_MS + " ms");
  }

  /** Whether the server has closed it; waits a little for that. */
  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    }
  }

  @Test
  void aConnectionOnWhichNoWholeHeadComesIsEnded() throws IOException {
    try (Socket socket = connect(SHORT_MS, LONG_MS)) {
      say(socket, "GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ");
      isEnded(socket);
    }
  }

  @Test
  void aBodyThatDoesNotEndIsRefusedAndItsConnectionEnded() throws IOException {
    try (Socket socket = connect(LONG_MS, SHORT_MS)) {
      say(socket, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nnot all of it");
      assertThat(rest(socket)).startsWith("HTTP/1.1 400 ").contains("The body did not come within ");
    }
  }

  @Test
  void whoHasSaidWhatTheyWantIsLeftAlone() throws IOException {
    try (Socket socket = begun()) {
      // Longer than a silent connection is left open: a later one of those has been ended meanwhile.
      try (Socket other = connect(SHORT_MS, LONG_MS)) {
        assertThat(rest(other)).isEmpty();
      }
      say(socket, "at");
      say(socket, "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
      assertThat(rest(socket)).contains("took 4").contains("took 0");
    }
  }
}
