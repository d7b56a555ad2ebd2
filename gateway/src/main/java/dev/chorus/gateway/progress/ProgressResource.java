package dev.chorus.gateway.progress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.ProgressMessage.ReadProgress;
import dev.chorus.bus.ProgressMessage.ReadProject;
import dev.chorus.gateway.http.EventFormat;
import dev.chorus.gateway.http.Exchange;
import dev.chorus.gateway.http.Expiry;
import dev.chorus.gateway.http.Heartbeat;
import dev.chorus.gateway.http.Route;
import dev.chorus.gateway.http.StreamAnswer;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ProgressReports;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The progress of a project by HTTP: published, read, and followed. */
public final class ProgressResource {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private final Vertx vertx;
  private final Projects projects;
  private final ProgressClient client;
  private final Clock clock;
  private final Heartbeat heartbeat;

  public ProgressResource(Vertx vertx, Projects projects, ProgressClient client, Clock clock, Heartbeat heartbeat) {
    this.vertx = vertx;
    this.projects = projects;
    this.client = client;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  public List<Route> routes() {
    return List.of(Route.of("POST", "/api/projects/{id}/agents/{agent}/progress", this::publish),
        Route.of("GET", "/api/projects/{id}/progress", this::state), Route.of("GET", "/api/projects/{id}/progress/history", this::history),
        Route.lasting("GET", "/api/sse/agent-stream", this::follow));
  }

  private void publish(Exchange exchange) {
    String project = ProgressReports.projectId(exchange.segment("id"));
    String agent = exchange.segment("agent");
    exchange.jsonBody().compose(body -> {
      if (!exchange.caller().admin())
        throw Refusal.of(ErrorCode.FORBIDDEN, "Only an admin may publish progress.");
      ObjectNode report = body.put("agentId", agent);
      // Read here once, so that what is no report costs no call.
      ProgressReports.read(project, report, clock.millis());
      return client.publish(new PublishProgress(project, List.of(Json.text(report))));
    }).onSuccess(published -> exchange.json(200, Map.of("seq", published.seq()))).onFailure(exchange::refuse);
  }

  private void state(Exchange exchange) {
    String project = ProgressReports.projectId(exchange.segment("id"));
    client.state(new ReadProject(project)).onSuccess(state -> exchange.json(200, ProjectSummary.of(state, clock.millis())))
        .onFailure(exchange::refuse);
  }

  private void history(Exchange exchange) {
    String project = ProgressReports.projectId(exchange.segment("id"));
    Long limit = exchange.number("limit");
    if (limit != null && (limit < 1 || limit > MAX_LIMIT))
      throw Problem.badRequest("'limit' is not a number from 1 to " + MAX_LIMIT + ".").refusal();
    Long after = exchange.number("after");
    client.read(new ReadProgress(project, after == null ? 0 : after, limit == null ? DEFAULT_LIMIT : limit.intValue())).onSuccess(page -> {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("events", page.entries().stream().map(ProgressResource::envelope).toList());
      body.put("head", page.head().head());
      body.put("more", !page.entries().isEmpty() && page.entries().getLast().seq() < page.head().head());
      exchange.json(200, body);
    }).onFailure(exchange::refuse);
  }

  private static Map<String, Object> envelope(ProgressEntry entry) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("type", entry.type());
    envelope.put("seq", entry.seq());
    envelope.put("data", Json.tree(entry.data()));
    return envelope;
  }

  private void follow(Exchange exchange) {
    String named = exchange.query("projectId");
    if (named == null)
      throw Problem.badRequest("'projectId' is missing.").refusal();
    String project = ProgressReports.projectId(named);
    String agents = exchange.query("agentIds");
    String last = exchange.header("Last-Event-ID");
    Long after = last == null || last.isEmpty() ? exchange.number("after") : Long.valueOf(number(last));
    StreamAnswer answer = new StreamAnswer(vertx, exchange, EventFormat.SSE.contentType(), heartbeat);
    Expiry.end(answer, EventFormat.SSE, exchange.caller(), clock.millis());
    EventFilter filter = EventFilter.of(agents == null || agents.isEmpty() ? null : Arrays.asList(agents.split(",")));
    projects.subscribe(project, after, last != null, new Reader(answer, filter)).onSuccess(subscribed -> {
      answer.attached(subscribed.subscription());
      answer.commit();
    }).onFailure(failure -> {
      answer.close();
      exchange.refuse(failure);
    });
  }

  /** An id that is none of ours: everything that is kept. */
  private static long number(String lastEventId) {
    try {
      return Math.max(0, Long.parseLong(lastEventId));
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  /** Writes events into an answer. */
  private record Reader(StreamAnswer answer, EventFilter filter) implements ProgressReader {
    @Override
    public void events(List<ProgressEntry> entries) {
      Buffer out = Buffer.buffer();
      for (ProgressEntry entry : filter.wanted(entries))
        EventFormat.SSE.append(out, entry.type(), Long.toString(entry.seq()), Json.tree(entry.data()));
      answer.write(out);
    }

    @Override
    public boolean full() {
      return answer.full();
    }
  }
}
