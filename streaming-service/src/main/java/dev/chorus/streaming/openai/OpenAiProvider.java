package dev.chorus.streaming.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;

/**
 * A provider that speaks the OpenAI dialect. Always streams, always asks for usage. Used on one context. What the caller sent goes on unchanged but for model, {@code stream} and
 * {@code stream_options.include_usage}; the caller's own credentials never come this far.
 */
public final class OpenAiProvider implements Provider {
  private final HttpClientAgent client;
  private final Vertx vertx;
  private final Clock clock;
  private final ProviderEntry provider;
  private final ErrorBody errors;
  private int underWay;

  public OpenAiProvider(Vertx vertx, Clock clock, ProviderEntry provider) {
    this.vertx = vertx;
    this.clock = clock;
    this.provider = provider;
    this.errors = new ErrorBody(provider);
    this.client = vertx.createHttpClient(
        new HttpClientOptions().setConnectTimeout(provider.connectTimeoutMs()).setTcpNoDelay(true).setKeepAliveTimeout(30),
        new PoolOptions().setHttp1MaxSize(provider.maxConcurrent()).setMaxWaitQueueSize(provider.maxConcurrent()));
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    OpenAiGeneration generation = new OpenAiGeneration(vertx, clock, sink, errors,
        new ChatDecoder(Math.max(1, request.body().path("n").asInt(1)), request.raw(), errors), () -> underWay--);
    boolean tooMany = underWay++ >= provider.maxConcurrent();
    if (tooMany)
      vertx.runOnContext(next -> generation.fail(ProviderFailure.of(Cause.BUSY, "Too many answers are under way at this provider.")));
    else
      send(request, generation);
    return generation;
  }

  private void send(ProviderRequest request, OpenAiGeneration generation) {
    RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(provider.baseUrl() + "/chat/completions")
        .setConnectTimeout(provider.connectTimeoutMs()).putHeader("Content-Type", "application/json")
        .putHeader("Accept", "text/event-stream");
    provider.headers().forEach(options::putHeader);
    if (provider.key() != null)
      options.putHeader("Authorization", "Bearer " + provider.key());
    Buffer body = Buffer.buffer(Json.bytes(body(request)));
    client.request(options).onComplete(connected -> {
      if (connected.failed())
        generation.unreachable();
      else
        generation.send(connected.result(), body);
    });
  }

  private static ObjectNode body(ProviderRequest request) {
    ObjectNode body = request.body().objectNode();
    body.setAll(request.body());
    body.put("model", request.model());
    body.put("stream", true);
    ObjectNode options = body.objectNode();
    if (request.body().get("stream_options") instanceof ObjectNode given)
      options.setAll(given);
    body.set("stream_options", options.put("include_usage", true));
    return body;
  }
}
