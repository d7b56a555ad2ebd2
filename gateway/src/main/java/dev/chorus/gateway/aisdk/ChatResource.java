package dev.chorus.gateway.aisdk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ListKey;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.http.EarlyEnd;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.http.Idempotency;
import dev.chorus.gateway.http.OnDisconnect;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.http.StreamCall;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.Fields;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /api/chat} and {@code GET /api/chat/{id}/stream}: an answer for {@code useChat}, and the same one again for a page that was loaded anew. */
public final class ChatResource {
  private static final int MAX_ID = 256;
  private static final int MAX_NAME = 128;
  private final Vertx vertx;
  private final NodeId self;
  private final Streams streams;
  private final StreamingClient streaming;
  private final UserRates rates;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public ChatResource(Vertx vertx, NodeId self, Streams streams, StreamingClient streaming, UserRates rates, Clock clock,
      Heartbeat heartbeat) {
    this.vertx = vertx;
    this.self = self;
    this.streams = streams;
    this.streaming = streaming;
    this.rates = rates;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.lasting("POST", "/api/chat", this::ask), Route.lasting("GET", "/api/chat/{id}/stream", this::resume));
  }

  private void ask(Exchange exchange) {
    exchange.jsonBody().compose(body -> model(body).map(model -> request(exchange, body, model))).onSuccess(start -> {
      StreamAnswer answer = answer(exchange);
      UiReader reader = new UiReader(answer, end -> EarlyEnd.answer(exchange, end));
      // Parts carry no ids: a client that comes back asks for the whole message again.
      new StreamCall(streams, exchange, answer, reader, start, exchange::refuse).begin(Optional.empty());
    }).onFailure(exchange::refuse);
  }

  /** The body's, else the first of the provider file. */
  private Future<String> model(ObjectNode body) {
    String named = new Fields(body).text("model");
    if (named != null)
      return Future.succeededFuture(named);
    return streaming.models().map(listed -> listed.models().stream().findFirst()
        .orElseThrow(() -> Problem.badRequest("'model' is missing, and the server names no model of its own.").refusal()));
  }

  private StartStream request(Exchange exchange, ObjectNode body, String model) {
    Fields fields = new Fields(body);
    String chat = fields.requiredText("id");
    if (chat.isEmpty())
      throw Problem.badRequest("'id' is empty.").refusal();
    if (chat.length() > MAX_ID)
      throw Refusal.of(ErrorCode.TOO_LARGE, "'id' is longer than " + MAX_ID + " characters.");
    ArrayNode messages = fields.array("messages");
    ArrayNode asked = UiMessages.toChat(messages);
    boolean goesOn = OnDisconnect.goesOn(exchange, true);
    String clientId = Idempotency.clientId(exchange, "/api/chat");
    ClientFrame.StreamStart frame = new ClientFrame.StreamStart(null, model, asked, fields.text("provider", MAX_NAME),
        fields.text("agentId", MAX_NAME), fields.text("projectId", MAX_NAME), fields.object("options"), "token", null, goesOn, false,
        clientId);
    rates.stream(exchange.caller(), clock.millis()).ifPresent(problem -> {
      throw problem.refusal();
    });
    StreamId stream = ChatStreams.next(ChatStreams.key(exchange.caller().user(), chat), UiMessages.goesOn(messages));
    return CompletionRequest.of(frame, stream, exchange.caller(), self, exchange.requestId()).within(exchange.traceparent());
  }

  private void resume(Exchange exchange) {
    String key = ChatStreams.key(exchange.caller().user(), exchange.segment("id"));
    streaming.listKey(new ListKey(key)).onSuccess(running -> {
      if (running.streams().isEmpty())
        nothing(exchange);
      else
        again(exchange, running.streams().getFirst().stream());
    }).onFailure(exchange::refuse);
  }

  private void again(Exchange exchange, StreamId stream) {
    StreamAnswer answer = answer(exchange);
    answer.headers(Map.of("Location", "/api/streams/" + stream, "Chorus-Stream-Id", stream.value()));
    UiReader reader = new UiReader(answer, end -> EarlyEnd.answer(exchange, end));
    streams.attach(stream, null, null, exchange.caller(), false, false, reader).onFailure(failure -> {
      answer.close();
      if (Refusal.problemOf(failure).code() == ErrorCode.NOT_FOUND)
        nothing(exchange);
      else
        exchange.refuse(failure);
    });
  }

  private static void nothing(Exchange exchange) {
    if (!exchange.isAnswered())
      exchange.response().setStatusCode(204).end();
  }

  private StreamAnswer answer(Exchange exchange) {
    exchange.response().putHeader("x-vercel-ai-ui-message-stream", "v1");
    return new StreamAnswer(vertx, exchange, "text/event-stream", heartbeat);
  }
}
