package dev.chorus.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.http.Idempotency;
import dev.chorus.gateway.http.OnDisconnect;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.http.StreamCall;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.gateway.stream.RequestHash;
import dev.chorus.gateway.stream.Resume;
import dev.chorus.gateway.stream.StreamReader;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.NodeId;
import dev.chorus.protocol.Json;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Chat completions over HTTP, token by token or whole: each is a stream like any other, that others can attach to. */
public final class ChatCompletions {
  private final Vertx vertx;
  private final NodeId self;
  private final Streams streams;
  private final UserRates rates;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public ChatCompletions(Vertx vertx, NodeId self, Streams streams, UserRates rates, Clock clock, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.self = self;
    this.streams = streams;
    this.rates = rates;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", Surface.OPENAI.path(), exchange -> answer(exchange, Surface.OPENAI)),
        Route.of("POST", Surface.INFERENCE.path(), exchange -> answer(exchange, Surface.INFERENCE)));
  }

  private void answer(Exchange exchange, Surface surface) {
    Refusals refusals = new Refusals(exchange, surface);
    exchange.jsonBody().onSuccess(body -> {
      try {
        begin(exchange, surface, refusals, body);
      } catch (RuntimeException refused) {
        refusals.of(refused);
      }
    }).onFailure(refusals::of);
  }

  private void begin(Exchange exchange, Surface surface, Refusals refusals, ObjectNode body) {
    ChatRequest request = ChatRequest.of(body, surface.streamsByDefault());
    rates.stream(exchange.caller(), clock.millis()).ifPresent(problem -> {
      throw problem.refusal();
    });
    StreamAnswer answer = new StreamAnswer(vertx, exchange, "text/event-stream", request.stream() ? heartbeat : null);
    Optional<Resume> resume = request.stream() ? Resume.parse(exchange.header("Last-Event-ID")) : Optional.empty();
    boolean middle = resume.isPresent() && resume.get().after() > 0;
    StreamReader reader = request.stream()
        ? new ChunkReader(answer, new ChunkFrames(middle), surface.ids(), request.usage(), refusals::of)
        : new WholeReader(answer, (completion, end) -> whole(exchange, completion, end), refusals::of);
    StartStream start = start(exchange, surface, request);
    new StreamCall(streams, exchange, answer, reader, start, refusals::of).begin(resume);
  }

  private StartStream start(Exchange exchange, Surface surface, ChatRequest request) {
    String clientId = Idempotency.clientId(exchange, surface.path());
    String hash = clientId == null ? null : RequestHash.of(request.body(), Boolean.toString(request.stream()));
    boolean durable = !"none".equalsIgnoreCase(exchange.header("Chorus-Durability"));
    return new StartStream(CompletionRequest.newStream(), null, exchange.caller().user(), request.body(), true, null, null, null, "token",
        null,
        OnDisconnect.goesOn(exchange, surface.outlivesClient()), false, clientId, hash, durable, self, exchange.requestId());
  }

  private static void whole(Exchange exchange, Completion completion, StreamRecord.End end) {
    if (exchange.isAnswered())
      return;
    if (end.cost() != null)
      exchange.response().putHeader("Chorus-Cost", BigDecimal.valueOf(end.cost().amount()).toPlainString());
    exchange.json(200, Json.bytes(completion.whole()));
  }
}
