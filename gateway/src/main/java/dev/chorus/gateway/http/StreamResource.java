package dev.chorus.gateway.http;

import dev.chorus.bus.StreamingClient;
import dev.chorus.bus.StreamingMessage.DescribeStream;
import dev.chorus.bus.StreamingMessage.DescribedStream;
import dev.chorus.gateway.stream.Resume;
import dev.chorus.gateway.stream.StreamAccess;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /api/streams/{id}}: what a stream has said and goes on saying, and cancelling it. */
public final class StreamResource {
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
    return List.of(Route.of("GET", "/api/streams/{id}", this::get), Route.of("POST", "/api/streams/{id}/cancel", this::cancel),
        Route.of("POST", "/api/ws/stream/{id}/cancel", this::cancel));
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
    streams.attach(stream, after, epoch, exchange.caller(), false, false, new EventReader(answer, format)).onSuccess(attached -> {
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

  private void cancel(Exchange exchange) {
    StreamId stream = stream(exchange);
    streams.cancel(stream, exchange.caller()).compose(done -> describe(exchange, stream))
        .onSuccess(described -> exchange.json(200, described.state()))
        .onFailure(exchange::refuse);
  }

  private Future<DescribedStream> describe(Exchange exchange, StreamId stream) {
    return streaming.describe(new DescribeStream(stream))
        .compose(described -> access.see(exchange.caller(), described.starter(), described.state().room()).map(described));
  }

  private static StreamId stream(Exchange exchange) {
    return StreamId.parse(exchange.segment("id")).orElseThrow(() -> Refusal.of(ErrorCode.NOT_FOUND, "There is no such stream."));
  }
}
