package dev.chorus.gateway.http;

import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.Control;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.bus.StreamingMessage.RecoverStream;
import dev.chorus.gateway.stream.Resume;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.model.Words;
import dev.chorus.protocol.Ack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /api/streams/{id}}: what a stream has said and goes on saying, and controlling it. */
public final class StreamResource {
  private static final int WORD = 22;
  private final Vertx vertx;
  private final Streams streams;
  private final StreamAccess access;
  private final StreamingClient streaming;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public StreamResource(Vertx vertx, Streams streams, StreamAccess access, StreamingClient streaming, Clock clock, Heartbeat heartbeat) {
    this.clock = clock;
    this.vertx = vertx;
    this.streams = streams;
    this.access = access;
    this.streaming = streaming;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.lasting("GET", "/api/streams/{id}", this::get));
    for (String streams : List.of("/api/streams/{id}", "/api/ws/stream/{id}")) {
      for (Control control : Control.values())
        routes.add(Route.of("POST", streams + "/" + control.name().toLowerCase(Locale.ROOT), exchange -> control(exchange, control)));
      routes.add(Route.of("POST", streams + "/recover", this::recover));
    }
    return routes;
  }

  private void get(Exchange exchange) {
    StreamId stream = stream(exchange);
    String accept = exchange.header("Accept") == null ? "" : exchange.header("Accept").toLowerCase(Locale.ROOT);
    if (accept.contains("text/event-stream"))
      follow(exchange, stream, EventFormat.SSE);
    else if (accept.contains("application/x-ndjson"))
      follow(exchange, stream, EventFormat.NDJSON);
    else
      whole(exchange, stream);
  }

  private static Resume position(Exchange exchange) {
    return Resume.parse(exchange.header("Last-Event-ID")).orElseGet(() -> {
      Long after = exchange.number("after");
      return after == null ? null : new Resume(exchange.query("epoch"), after);
    });
  }

  private void whole(Exchange exchange, StreamId stream) {
    Resume from = position(exchange);
    describe(exchange, stream).onSuccess(described -> {
      Ack.StreamState state = described.state();
      boolean here = from != null && (from.epoch() == null || from.epoch().equals(state.epoch()));
      if (here && from.after() > state.head())
        exchange.refuse(Streams.above(from.after(), state.head()));
      else if (here && from.after() == state.head() && !Streams.isRunning(state.status()))
        nothing(exchange, stream);
      else
        exchange.json(200, state);
    }).onFailure(exchange::refuse);
  }

  /** The reader has everything, and the stream has ended. */
  private static void nothing(Exchange exchange, StreamId stream) {
    headers(stream).forEach(exchange.response()::putHeader);
    exchange.response().setStatusCode(204).end();
  }

  private static Map<String, String> headers(StreamId stream) {
    return Map.of("Location", "/api/streams/" + stream, "Chorus-Stream-Id", stream.value());
  }

  private void follow(Exchange exchange, StreamId stream, EventFormat format) {
    Resume from = position(exchange);
    Long after = from == null ? null : (Long) from.after();
    String epoch = from == null ? exchange.query("epoch") : from.epoch();
    StreamAnswer answer = new StreamAnswer(vertx, exchange, format.contentType(),
        format == EventFormat.SSE ? heartbeat : null);
    answer.headers(headers(stream));
    Expiry.end(answer, format, exchange.caller(), clock.millis());
    streams.attach(stream, after, epoch, exchange.caller(), false, false, EventReader.of(answer, format)).onSuccess(attached -> {
      if (attached.complete()) {
        answer.close();
        nothing(exchange, stream);
      } else {
        answer.commit();
      }
    }).onFailure(failure -> {
      answer.close();
      exchange.refuse(failure);
    });
  }

  private void control(Exchange exchange, Control control) {
    streams.control(stream(exchange), exchange.caller(), control).onSuccess(state -> exchange.json(200, state)).onFailure(exchange::refuse);
  }

  /** A new stream goes on where the failed one ended; who wants to follow it attaches to it. */
  private void recover(Exchange exchange) {
    StreamId failed = stream(exchange);
    streaming
        .recover(new RecoverStream(failed.sibling(Words.random(WORD)), failed, exchange.caller().user(), exchange.caller().admin(), null,
            exchange.requestId()))
        .onSuccess(recovered -> {
          exchange.response().putHeader("Location", "/api/streams/" + recovered.streamId()).putHeader("Chorus-Stream-Id",
              recovered.streamId().value());
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("streamId", recovered.streamId());
          body.put("epoch", recovered.epoch());
          body.put("continues", recovered.continues());
          exchange.json(200, body);
        }).onFailure(exchange::refuse);
  }

  private Future<DescribedStream> describe(Exchange exchange, StreamId stream) {
    return streaming.describe(new DescribeStream(stream))
        .compose(described -> access.see(exchange.caller(), described.starter(), described.state().room()).map(described));
  }

  private static StreamId stream(Exchange exchange) {
    return StreamId.parse(exchange.segment("id")).orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream."));
  }
}
