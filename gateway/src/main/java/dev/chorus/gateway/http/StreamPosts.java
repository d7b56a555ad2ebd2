package dev.chorus.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.gateway.limit.UserRates;
import dev.chorus.gateway.stream.CompletionRequest;
import dev.chorus.gateway.stream.Resume;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.NodeId;
import dev.chorus.model.Refusal;
import dev.chorus.model.RoomId;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.ClientFrameCodec;
import dev.chorus.protocol.Fields;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** {@code POST /api/ws/stream/sse} and {@code …/http}: a {@code stream:start} for those without a socket, answered with the stream's own events. */
public final class StreamPosts {
  private final Vertx vertx;
  private final NodeId self;
  private final ClientFrameCodec codec;
  private final Streams streams;
  private final UserRates rates;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public StreamPosts(Vertx vertx, NodeId self, ClientFrameCodec codec, Streams streams, UserRates rates, Clock clock, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.self = self;
    this.codec = codec;
    this.streams = streams;
    this.rates = rates;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.lasting("POST", "/api/ws/stream/sse", exchange -> answer(exchange, EventFormat.SSE)),
        Route.lasting("POST", "/api/ws/stream/http", exchange -> answer(exchange, EventFormat.NDJSON)));
  }

  private void answer(Exchange exchange, EventFormat format) {
    exchange.jsonBody().map(body -> request(exchange, body)).onSuccess(start -> {
      StreamAnswer answer = new StreamAnswer(vertx, exchange, format.contentType(), format == EventFormat.SSE ? heartbeat : null);
      if (start.room() != null)
        Expiry.end(answer, format, exchange.caller(), clock.millis());
      Optional<Resume> resume = Resume.parse(exchange.header("Last-Event-ID"));
      EventReader reader = resume.filter(from -> from.after() > 0).isPresent()
          ? EventReader.of(answer, format)
          : EventReader.holding(answer, format, end -> EarlyEnd.answer(exchange, end));
      new StreamCall(streams, exchange, answer, reader, start, exchange::refuse).begin(resume);
    }).onFailure(exchange::refuse);
  }

  private StartStream request(Exchange exchange, ObjectNode body) {
    Fields fields = new Fields(body);
    String name = fields.text("room");
    RoomId room = name == null ? null : RoomId.parse(name);
    if (room != null && !exchange.caller().mayJoin(room))
      throw Refusal.of(ErrorCode.FORBIDDEN, "Your token does not allow this room.");
    ClientFrame.StreamStart frame = codec.streamStart(room, fields);
    rates.stream(exchange.caller(), clock.millis()).ifPresent(problem -> {
      throw problem.refusal();
    });
    String key = Idempotency.clientId(exchange, exchange.path());
    return CompletionRequest.of(key == null ? frame : frame.withClientId(key), exchange.caller(), self, exchange.requestId())
        .within(exchange.traceparent());
  }
}
