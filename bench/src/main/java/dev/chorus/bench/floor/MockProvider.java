package dev.chorus.bench.floor;

import dev.chorus.bench.load.Marker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/**
 * A provider that speaks OpenAI's streamed chat completions: the first token at once, then one every 20 ms, {@code max_tokens} in all. The text of
 * a token is a {@link Marker} of the moment it was written, so that whoever reads it knows how old it is.
 */
public final class MockProvider {
  private static final long TOKEN_MS = 20;
  private static final int DEFAULT_TOKENS = 50;
  private static final String CHUNK = "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"mock\",\"choices\":[%s]}\n\n";
  private static final String[] AROUND = CHUNK.formatted("{\"index\":0,\"delta\":{\"content\":\"|\"},\"finish_reason\":null}").split("\\|");
  private static final String ROLE = CHUNK
      .formatted("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}");
  private static final String STOP = CHUNK.formatted("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}");
  private static final String DONE = "data: [DONE]\n\n";

  private MockProvider() {}

  /** Runs until its input ends. */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Listening.vertx();
    var server = vertx.createHttpServer(Listening.options())
        .requestHandler(request -> request.body().onSuccess(body -> answer(vertx, request, body.toJsonObject()))).listen()
        .toCompletionStage()
        .toCompletableFuture().get(10, TimeUnit.SECONDS);
    Listening.announce(server.actualPort());
  }

  private static void answer(Vertx vertx, HttpServerRequest request, JsonObject body) {
    int tokens = body.getInteger("max_tokens", DEFAULT_TOKENS);
    HttpServerResponse response = request.response().setChunked(true).putHeader("content-type", "text/event-stream");
    response.exceptionHandler(gone -> {
      // The reader left; the timer notices.
    });
    response.write(ROLE + token());
    int[] written = {1};
    vertx.setPeriodic(TOKEN_MS, timer -> {
      if (response.closed()) {
        vertx.cancelTimer(timer);
      } else if (written[0]++ < tokens) {
        response.write(token());
      } else {
        vertx.cancelTimer(timer);
        response.end(STOP + DONE);
      }
    });
  }

  private static String token() {
    return AROUND[0] + Marker.text(System.nanoTime(), 0, Marker.LENGTH) + AROUND[1];
  }
}
