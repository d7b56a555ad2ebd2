package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bench.process.Meter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streamed answers that are whole count as such, and no others do. */
class CallersTest {
  private static final int TOKENS = 3;
  private static final double LONGEST_SECONDS = 30;
  private final Vertx vertx = Vertx.vertx();
  private Loop loop;

  @BeforeEach
  void open() throws IOException {
    loop = new Loop();
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aWholeAnswerHasAllItsTokensAndItsEnd() throws Exception {
    TokenOutcome outcome = run(response -> {
      for (int i = 0; i < TOKENS; i++)
        response.write(token());
      response.end("data: [DONE]\n\n");
    });
    assertThat(outcome.faults()).isZero();
    assertThat(outcome.answers()).isPositive();
    assertThat(outcome.tokens()).isGreaterThanOrEqualTo(outcome.answers() * TOKENS);
    assertThat(outcome.firstToken().count()).isPositive();
  }

  @Test
  void aTokenMayArriveInPieces() throws Exception {
    TokenOutcome outcome = run(response -> {
      String token = token();
      response.write(token() + token() + token.substring(0, 40));
      vertx.setTimer(20, timer -> response.end(token.substring(40) + "data: [DONE]\n\n"));
    });
    assertThat(outcome.answers()).isPositive();
    assertThat(outcome.faults()).isZero();
  }

  @Test
  void aTokenThatIsLeftOutIsMissing() throws Exception {
    assertThat(run(response -> response.end(token() + token() + "data: [DONE]\n\n")).missing()).isPositive();
  }

  @Test
  void anAnswerWithoutItsEndHasFailed() throws Exception {
    TokenOutcome outcome = run(response -> response.end(token() + token() + token()));
    assertThat(outcome.failures()).isPositive();
    assertThat(outcome.trouble()).contains("[DONE]");
  }

  @Test
  void aRefusalIsNoAnswer() throws Exception {
    TokenOutcome outcome = run(response -> response.setStatusCode(503).end("{\"error\":{\"code\":\"unavailable\"}}"));
    assertThat(outcome.answers()).isZero();
    assertThat(outcome.trouble()).contains("503").contains("unavailable");
  }

  private TokenOutcome run(Consumer<HttpServerResponse> answer) throws Exception {
    int port = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
      HttpServerResponse response = request.response();
      response.setChunked(true);
      answer.accept(response);
    })).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).actualPort();
    for (double seconds = .5;; seconds *= 4) {
      TokenOutcome outcome = Callers.run(loop, port, 2, i -> "", TOKENS, seconds, new Meter(Map.of("none", () -> 1)));
      // A machine that stood still for all the time has shown nothing.
      if (outcome.answers() > 0 || outcome.failures() > 0 || seconds > LONGEST_SECONDS)
        return outcome;
    }
  }

  private static String token() {
    return "data: {\"content\":\"" + Marker.text(System.nanoTime(), 0, Marker.LENGTH) + "\"}\n\n";
  }
}
