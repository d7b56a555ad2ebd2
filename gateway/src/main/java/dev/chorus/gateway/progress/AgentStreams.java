package dev.chorus.gateway.progress;

import dev.chorus.bus.StreamingClient;
import dev.chorus.gateway.http.EventFormat;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Expiry;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.gateway.stream.Streams;
import dev.chorus.protocol.ProgressReports;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;

/** {@code GET /api/projects/{id}/agents/stream}: what all streams of a project say, those that run already from their beginning. */
public final class AgentStreams {
  private final Vertx vertx;
  private final Projects projects;
  private final Streams streams;
  private final StreamingClient streaming;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public AgentStreams(Vertx vertx, Projects projects, Streams streams, StreamingClient streaming, Clock clock, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.projects = projects;
    this.streams = streams;
    this.streaming = streaming;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.lasting("GET", "/api/projects/{id}/agents/stream", this::follow));
  }

  private void follow(Exchange exchange) {
    String project = ProgressReports.projectId(exchange.segment("id"));
    StreamAnswer answer = new StreamAnswer(vertx, exchange, EventFormat.SSE.contentType(), heartbeat);
    Expiry.end(answer, EventFormat.SSE, exchange.caller(), clock.millis());
    AgentFollower follower = new AgentFollower(vertx, streams, streaming, project, exchange.caller(), answer, clock.millis());
    // Whenever a stream of the project begins it says so: then it is looked for.
    projects.subscribe(project, null, true, follower).onSuccess(subscribed -> {
      follower.begin(subscribed.subscription());
      answer.attached(follower);
      answer.commit();
    }).onFailure(failure -> {
      answer.close();
      exchange.refuse(failure);
    });
  }
}
