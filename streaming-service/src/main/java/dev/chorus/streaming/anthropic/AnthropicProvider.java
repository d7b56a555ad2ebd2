package dev.chorus.streaming.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.model.Words;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.conversation.Conversation;
import dev.chorus.streaming.exchange.Endpoint;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Outgoing;
import dev.chorus.streaming.exchange.SseAnswer;
import dev.chorus.streaming.provider.ChatFrames;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.PrefixGap;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** A provider that speaks the Anthropic dialect. Always streams. Used on one context. The request is said anew in the dialect; the answer comes in chat completions' words. */
public final class AnthropicProvider implements Provider {
  private static final String VERSION = "2023-06-01";
  private static final int ID_LETTERS = 20;
  private final Clock clock;
  private final ProviderEntry provider;
  private final ErrorBody errors;
  private final Endpoint endpoint;

  public AnthropicProvider(Vertx vertx, Clock clock, ProviderEntry provider) {
    this.clock = clock;
    this.provider = provider;
    this.errors = new ErrorBody(provider, provider.baseUrl());
    this.endpoint = new Endpoint(vertx, clock, provider, errors);
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    PrefixGap gap = new PrefixGap(request.prefix());
    ChatFrames frames = new ChatFrames(Words.random(ID_LETTERS), clock.millis(), request.model(), request.raw());
    SseAnswer answer = new SseAnswer(new MessagesReader(frames, errors, gap));
    return endpoint.open(Future.succeededFuture(outgoing(request, gap)), answer, sink);
  }

  private Outgoing outgoing(ProviderRequest request, PrefixGap gap) {
    return switch (Conversation.read(request.body(), gap.given())) {
      case Conversation.Reading.Wrong wrong -> new Outgoing.Impossible(wrong.failure());
      case Conversation.Reading.Understood understood -> {
        ObjectNode body = MessagesRequest.body(understood.conversation(), request.body(), request.prefix() != null);
        body.put("model", request.model()).put("stream", true);
        yield new Outgoing.Post(url(), headers(), Buffer.buffer(Json.bytes(body)));
      }
    };
  }

  /** The address may name the version of the API, as those of chat completions do, or leave it out, as this dialect's own clients do. */
  private String url() {
    return provider.baseUrl() + (provider.baseUrl().endsWith("/v1") ? "/messages" : "/v1/messages");
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    if (!provider.hasHeader("anthropic-version"))
      headers.put("anthropic-version", VERSION);
    if (provider.key() != null)
      headers.put("x-api-key", provider.key());
    return headers;
  }
}
