package dev.chorus.streaming.exchange;

import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderFailure.Cause;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;

/** One provider's place in the network: a bounded pool of connections, and a bound on what is under way. Used on one context. */
public final class Endpoint {
  private static final int KEEP_ALIVE_SECONDS = 30;
  private final HttpClientAgent client;
  private final Vertx vertx;
  private final Clock clock;
  private final ProviderEntry provider;
  private final ErrorBody errors;
  private int underWay;

  /** @param errors reads the provider's, and hides its key and address */
  public Endpoint(Vertx vertx, Clock clock, ProviderEntry provider, ErrorBody errors) {
    this.vertx = vertx;
    this.clock = clock;
    this.provider = provider;
    this.errors = errors;
    this.client = vertx.createHttpClient(
        new HttpClientOptions().setConnectTimeout(provider.connectTimeoutMs()).setTcpNoDelay(true).setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
        new PoolOptions().setHttp1MaxSize(provider.maxConcurrent()).setMaxWaitQueueSize(provider.maxConcurrent()));
  }

  /**
   * Sends what there is to send, when it is ready, and reads the answer.
   *
   * @param outgoing may become ready on another thread
   */
  public Generation open(Future<Outgoing> outgoing, Decoder decoder, ProviderSink sink) {
    Exchange exchange = new Exchange(vertx, clock, sink, errors, decoder, () -> underWay--);
    boolean tooMany = underWay++ >= provider.maxConcurrent();
    // Not before this method has returned, whatever is known already.
    vertx.runOnContext(next -> {
      if (tooMany)
        exchange.fail(ProviderFailure.of(Cause.BUSY, "Too many answers are under way at this provider."));
      else
        outgoing.onComplete(ready -> send(ready.succeeded() ? ready.result() : null, exchange, sink.traceparent()));
    });
    return exchange;
  }

  private void send(Outgoing outgoing, Exchange exchange, String traceparent) {
    switch (outgoing) {
      case Outgoing.Post post -> send(post, exchange, traceparent);
      case Outgoing.Impossible(ProviderFailure failure) -> exchange.fail(failure);
      case null -> exchange.unreachable();
    }
  }

  private void send(Outgoing.Post post, Exchange exchange, String traceparent) {
    if (exchange.isOver())
      return;
    RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(post.url())
        .setConnectTimeout(provider.connectTimeoutMs()).putHeader("Content-Type", "application/json")
        .putHeader("Accept", exchange.mediaType());
    provider.headers().forEach(options::putHeader);
    post.headers().forEach(options::putHeader);
    if (traceparent != null)
      options.putHeader("traceparent", traceparent);
    client.request(options).onComplete(connected -> {
      if (connected.failed())
        exchange.unreachable();
      else
        exchange.send(connected.result(), post.body());
    });
  }
}
