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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /api/streams/{id}}: what a stream has said and goes on saying, and controlling it. */
public final class StreamResource {
  private static final int WORD = 22;
  private final Vertx vertx;
  private final Streams streams;
  private final StreamAccess access;
  private final StreamingClient streaming;
  private final Heartbeat heartbeat;

  public StreamResource(Vertx vertx, Streams streams, StreamAccess access, StreamingClient streaming, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.streams = streams;
    this.access = access;
    this.streaming = streaming;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.of("GET", "/api/streams/{id}", this::get));
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
      describe(exchange, stream).onSuccess(described -> exchange.json(200, described.state())).onFailure(exchange::refuse);
  }

  private void follow(Exchange exchange, StreamId stream, EventFormat format) {
    Optional<Resume> resume = Resume.parse(exchange.header("Last-Event-ID"));
    Long after = resume.map(Resume::after).orElseGet(() -> exchange.number("after"));
    String epoch = resume.map(Resume::epoch).orElseGet(() -> exchange.query("epoch"));
    StreamAnswer answer = new StreamAnswer(vertx, exchange, format.contentType(),
        format == EventFormat.SSE ? heartbeat : null);
    answer.headers(Map.of("Chorus-Stream-Id", stream.value()));
    streams.attach(stream, after, epoch, exchange.caller(), false, false, EventReader.of(answer, format)).onSuccess(attached -> {
      if (attached.complete()) {
        answer.close();
        exchange.response().setStatusCode(204).end();
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
