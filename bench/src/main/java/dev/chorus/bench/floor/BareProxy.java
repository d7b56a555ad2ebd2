package dev.chorus.bench.floor;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;

/** Bare Vert.x as a reverse proxy: the bytes of a request go to the provider, the bytes of its answer come back as they are, nothing is looked at or kept. */
public final class BareProxy {
  private static final int MOST_CONNECTIONS = 1_200;

  private BareProxy() {}

  /** Runs until its input ends; the argument is the provider's port. */
  public static void main(String[] args) throws Exception {
    int providerPort = Integer.parseInt(args[0]);
    Vertx vertx = Listening.vertx();
    HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
    var server = vertx.createHttpServer(Listening.options())
        .requestHandler(request -> request.body().onSuccess(body -> pass(client, providerPort, request, body))).listen().toCompletionStage()
        .toCompletableFuture().get(10, TimeUnit.SECONDS);
    Listening.announce(server.actualPort());
  }

  private static void pass(HttpClient client, int providerPort, HttpServerRequest request, Buffer body) {
    client.request(HttpMethod.POST, providerPort, "127.0.0.1", request.uri()).compose(out -> out.send(body))
        .compose(answer -> back(answer, request.response())).onFailure(failure -> request.response().reset());
  }

  private static Future<Void> back(HttpClientResponse answer, HttpServerResponse response) {
    response.setStatusCode(answer.statusCode()).setChunked(true).putHeader("content-type", answer.getHeader("content-type"));
    return answer.pipeTo(response);
  }
}
