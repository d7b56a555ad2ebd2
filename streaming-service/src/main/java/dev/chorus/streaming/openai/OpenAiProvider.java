package dev.chorus.streaming.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.protocol.Json;
import dev.chorus.streaming.exchange.Endpoint;
import dev.chorus.streaming.exchange.ErrorBody;
import dev.chorus.streaming.exchange.Outgoing;
import dev.chorus.streaming.exchange.SseAnswer;
import dev.chorus.streaming.provider.Generation;
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.Map;

/**
 * A provider that speaks the OpenAI dialect. Always streams, always asks for usage. Used on one context. What the caller sent goes on unchanged but for model, {@code stream} and
 * {@code stream_options.include_usage}; the caller's own credentials never come this far.
 */
public final class OpenAiProvider implements Provider {
  private final ProviderEntry provider;
  private final ErrorBody errors;
  private final Endpoint endpoint;

  public OpenAiProvider(Vertx vertx, Clock clock, ProviderEntry provider) {
    this.provider = provider;
    this.errors = new ErrorBody(provider, provider.baseUrl());
    this.endpoint = new Endpoint(vertx, clock, provider, errors);
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    Map<String, String> headers = provider.key() == null ? Map.of() : Map.of("Authorization", "Bearer " + provider.key());
    Outgoing post = new Outgoing.Post(provider.baseUrl() + "/chat/completions", headers, Buffer.buffer(Json.bytes(body(request))));
    ChatDecoder chat = new ChatDecoder(Math.max(1, request.body().path("n").asInt(1)), request.raw(), errors);
    return endpoint.open(Future.succeededFuture(post), new SseAnswer(chat), sink);
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
    if (request.prefix() != null)
      goOnFrom(request.prefix(), body);
    return body;
  }

  /** A last message of the assistant is gone on from by the servers that can; whether this one does is the provider file's word. */
  private static void goOnFrom(String prefix, ObjectNode body) {
    ArrayNode messages = body.arrayNode();
    body.path("messages").forEach(messages::add);
    messages.addObject().put("role", "assistant").put("content", prefix);
    body.set("messages", messages);
  }
}
