package dev.chorus.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.bench.floor.StreamProvider;
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

/** Answers whose text is the provider's to the last byte count as such, and no others do. */
class AudienceTest {
  private static final int VIEWERS = 20;
  /** So long that something comes in it on the slowest machine. */
  private static final double LONG_SECONDS = 5;
  private static final double SETTLE_SECONDS = .2;
  private static final int SLOW_BYTES = 1_000;
  private static final int STEPS_PER_SECOND = 10;
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
  void allTextOfManyAnswersComesWhole() throws Exception {
    AudienceOutcome outcome = attend(provider(), LONG_SECONDS, 0);
    assertThat(outcome.trouble()).isNull();
    assertThat(outcome.faults()).isZero();
    assertThat(outcome.tokens()).isPositive();
    assertThat(outcome.delay().count()).isPositive();
    assertThat(outcome.tokensPerPortion()).isBetween(0.9, 1.1);
  }

  @Test
  void whoReadsSlowlyGetsTheRestAfterwards() throws Exception {
    AudienceOutcome outcome = attend(provider(), LONG_SECONDS, SLOW_BYTES);
    assertThat(outcome.trouble()).isNull();
    assertThat(outcome.faults()).isZero();
    // As often as it is allowed some more: when a viewer enters, and in each step of the time that passes then.
    long steps = VIEWERS + (long) Math.ceil((SETTLE_SECONDS + LONG_SECONDS) * STEPS_PER_SECOND) + 2;
    assertThat(outcome.slowBytes()).isBetween(1L, steps * SLOW_BYTES / STEPS_PER_SECOND);
  }

  @Test
  void aTokenThatIsLeftOutIsAFault() throws Exception {
    AudienceOutcome outcome = attend(
        server(response -> response.end(event(Recital.USUAL.token(0, 1) + Recital.USUAL.token(2, 1).repeat(2)))), .5, 0);
    assertThat(outcome.faults()).isEqualTo(VIEWERS);
    assertThat(outcome.trouble()).contains("3 of");
  }

  @Test
  void anotherByteIsAFault() throws Exception {
    assertThat(attend(server(response -> response.end(event(Recital.USUAL.token(0, 1) + "wwxw "))), .5, 0).trouble())
        .contains("another text");
  }

  @Test
  void aMarkOfAnotherTokenIsAFault() throws Exception {
    assertThat(attend(server(response -> response.end(event(Recital.USUAL.token(8, 1)))), .5, 0).trouble()).contains("another text");
  }

  @Test
  void aRefusalIsAFault() throws Exception {
    assertThat(attend(server(response -> response.setStatusCode(503).end("busy")), .5, 0).trouble()).contains("503").contains("busy");
  }

  private AudienceOutcome attend(int port, double seconds, int slowBytes) throws IOException {
    Show show = new Show(VIEWERS, "/", i -> "",
        (tokens, recital) -> "{\"max_tokens\":" + tokens + ",\"filler\":" + recital.fillerBytes() + "}", "\"content\":\"", .2,
        SETTLE_SECONDS, seconds, .2, slowBytes);
    return Audience.attend(loop, port, show, new Meter(Map.of("none", () -> 1)), () -> {});
  }

  private static int provider() throws IOException {
    StreamProvider provider = new StreamProvider();
    provider.start();
    return provider.port();
  }

  private int server(Consumer<HttpServerResponse> answer) throws Exception {
    return vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
      HttpServerResponse response = request.response();
      response.setChunked(true);
      answer.accept(response);
    })).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).actualPort();
  }

  private static String event(String text) {
    return "data: {\"content\":\"" + text + "\"}\n\n";
  }
}
