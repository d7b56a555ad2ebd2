package dev.chorus.gateway.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.ReadStream;
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
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Chat completions over HTTP, token by token or whole: each is a stream like any other, that others can attach to. */
public final class ChatCompletions {
  private static final int FIRST_FRAMES = 16;
  private final Vertx vertx;
  private final NodeId self;
  private final Streams streams;
  private final StreamingClient streaming;
  private final UserRates rates;
  private final String costHeader;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public ChatCompletions(Vertx vertx, NodeId self, Streams streams, StreamingClient streaming, UserRates rates, Clock clock,
      Heartbeat heartbeat, String costHeader) {
    this.vertx = vertx;
    this.self = self;
    this.streams = streams;
    this.streaming = streaming;
    this.rates = rates;
    this.costHeader = costHeader;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.lasting("POST", Surface.OPENAI.path(), exchange -> answer(exchange, Surface.OPENAI)),
        Route.lasting("POST", Surface.INFERENCE.path(), exchange -> answer(exchange, Surface.INFERENCE)));
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
    ChunkFrames frames = new ChunkFrames(middle);
    CompletionOutput output = request.stream()
        ? new ChunkOutput(answer, frames, surface.ids(), request.usage(), refusals::of)
        : new WholeOutput(answer, (completion, end) -> whole(exchange, completion, end), refusals::of);
    StreamReader reader = new CompletionReader(answer, output);
    StartStream start = start(exchange, surface, request);
    StreamCall call = new StreamCall(streams, exchange, answer, reader, start, refusals::of);
    known(frames, middle ? resume : Optional.empty()).onComplete(read -> call.begin(resume));
  }

  /** Who goes on in the middle has seen an id, which later attempts of other providers did not give. */
  private Future<?> known(ChunkFrames frames, Optional<Resume> resume) {
    return resume.flatMap(from -> StreamId.parse("~" + from.epoch()))
        .<Future<?>>map(stream -> streaming.read(new ReadStream(stream, 0, FIRST_FRAMES)).onSuccess(frames::before))
        .orElseGet(Future::succeededFuture);
  }

  private StartStream start(Exchange exchange, Surface surface, ChatRequest request) {
    String clientId = Idempotency.clientId(exchange, surface.path());
    String hash = clientId == null ? null : RequestHash.ofJson(request.body(), Boolean.toString(request.stream()));
    // What is to be found again has to be kept.
    boolean durable = clientId != null || !"none".equalsIgnoreCase(exchange.header("Chorus-Durability"));
    return new StartStream(CompletionRequest.newStream(), null, exchange.caller().user(), request.body(), true, null, null, null, "token",
        null,
        OnDisconnect.goesOn(exchange, surface.outlivesClient()), false, clientId, hash, durable, self, exchange.requestId(),
        exchange.traceparent());
  }

  private void whole(Exchange exchange, Completion completion, StreamRecord.End end) {
    if (exchange.isAnswered())
      return;
    if (end.cost() != null)
      exchange.response().putHeader(costHeader, BigDecimal.valueOf(end.cost().amount()).toPlainString());
    exchange.json(200, Json.bytes(completion.whole()));
  }
}
