package dev.chorus.streaming.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.chorus.streaming.provider.Provider;
import dev.chorus.streaming.provider.ProviderEntry;
import dev.chorus.streaming.provider.ProviderFailure;
import dev.chorus.streaming.provider.ProviderRequest;
import dev.chorus.streaming.provider.ProviderSink;
import dev.chorus.streaming.responses.ResponsesReader;
import dev.chorus.streaming.responses.ResponsesRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.Map;

/**
 * A provider that speaks the OpenAI dialect. Always streams, always asks for usage. Used on one context. What the caller sent goes on unchanged but for model, {@code stream} and
 * {@code stream_options.include_usage}, unless the provider is asked by the Responses API; the caller's own credentials never come this far.
 */
public final class OpenAiProvider implements Provider {
  private static final int ID_LETTERS = 20;
  private final Clock clock;
  private final ProviderEntry provider;
  private final ErrorBody errors;
  private final Endpoint endpoint;

  public OpenAiProvider(Vertx vertx, Clock clock, ProviderEntry provider) {
    this.clock = clock;
    this.provider = provider;
    this.errors = new ErrorBody(provider, provider.baseUrl());
    this.endpoint = new Endpoint(vertx, clock, provider, errors);
  }

  @Override
  public Generation open(ProviderRequest request, ProviderSink sink) {
    if (provider.responds())
      return respond(request, sink);
    return endpoint.open(Future.succeededFuture(post("/chat/completions", body(request))), new SseAnswer(chat(request)), sink);
  }

  private ChatDecoder chat(ProviderRequest request) {
    return new ChatDecoder(Math.max(1, request.body().path("n").asInt(1)), request.raw(), errors);
  }

  /** By the Responses API, for models that have no other. */
  private Generation respond(ProviderRequest request, ProviderSink sink) {
    ChatFrames frames = new ChatFrames(Words.random(ID_LETTERS), clock.millis(), request.model(), request.raw());
    Outgoing outgoing = switch (Conversation.read(request.body(), request.prefix())) {
      case Conversation.Reading.Wrong wrong -> new Outgoing.Impossible(wrong.failure());
      case Conversation.Reading.Understood(Conversation said) -> {
        ProviderFailure problem = ResponsesRequest.problem(said);
        yield problem != null
            ? new Outgoing.Impossible(problem)
            : post("/responses", ResponsesRequest.body(said, request.body(), request.model()));
      }
    };
    return endpoint.open(Future.succeededFuture(outgoing), new SseAnswer(new ResponsesReader(frames, errors)), sink);
  }

  private Outgoing post(String path, ObjectNode body) {
    Map<String, String> headers = provider.key() == null ? Map.of() : Map.of("Authorization", "Bearer " + provider.key());
    return new Outgoing.Post(provider.baseUrl() + path, headers, Buffer.buffer(Json.bytes(body)));
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
