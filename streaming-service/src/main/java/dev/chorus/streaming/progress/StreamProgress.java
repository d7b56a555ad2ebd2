package dev.chorus.streaming.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Refusal;
import dev.chorus.model.StreamId;
import dev.chorus.protocol.Json;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the streams of projects say of themselves: in order, one batch under way per project, again until the owner has it. Streams without a project cost nothing here.
 */
public final class StreamProgress {
  private static final Logger LOG = LoggerFactory.getLogger(StreamProgress.class);
  private static final int MAX_BATCH = 100;
  /** Of one project that cannot be reached; above it the oldest are dropped. */
  private static final int MAX_WAITING = 1000;
  private static final long AGAIN_MS = 1000;
  private final Vertx vertx;
  private final Clock clock;
  private final ProgressClient client;
  private final Map<StreamId, StreamReports> streams = new HashMap<>();
  private final Map<String, Outbox> outboxes = new HashMap<>();

  private static final class Outbox {
    final Deque<String> waiting = new ArrayDeque<>();
    boolean busy;
  }

  public StreamProgress(Vertx vertx, Clock clock, ProgressClient client) {
    this.vertx = vertx;
    this.clock = clock;
    this.client = client;
  }

  /** A stream begins. */
  public void began(StartStream start) {
    if (start.projectId() == null)
      return;
    StreamReports reports = reports(start);
    streams.put(start.stream(), reports);
    publish(reports.project(), reports.started());
  }

  /** Records of a stream are in the log. */
  public void said(StartStream start, List<StreamRecord> records) {
    if (start.projectId() == null)
      return;
    // One that was taken over from a node that died goes on being told of.
    StreamReports reports = streams.computeIfAbsent(start.stream(), stream -> reports(start));
    publish(reports.project(), reports.said(records, clock.millis()));
    if (records.getLast() instanceof StreamRecord.End)
      streams.remove(start.stream());
  }

  private StreamReports reports(StartStream start) {
    return new StreamReports(start, maxTokens(start.request()), clock.millis());
  }

  /** They belong to another owner now. */
  public void discard() {
    streams.clear();
  }

  private static Long maxTokens(String request) {
    try {
      JsonNode body = Json.read(request);
      JsonNode most = body.has("max_completion_tokens") ? body.get("max_completion_tokens") : body.path("max_tokens");
      return most.isIntegralNumber() ? most.longValue() : null;
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  private void publish(String project, List<String> reports) {
    if (reports.isEmpty())
      return;
    Outbox outbox = outboxes.computeIfAbsent(project, name -> new Outbox());
    outbox.waiting.addAll(reports);
    while (outbox.waiting.size() > MAX_WAITING)
      outbox.waiting.poll();
    send(project, outbox);
  }

  private void send(String project, Outbox outbox) {
    if (outbox.busy)
      return;
    if (outbox.waiting.isEmpty()) {
      outboxes.remove(project, outbox);
      return;
    }
    outbox.busy = true;
    List<String> batch = new ArrayList<>();
    while (batch.size() < MAX_BATCH && !outbox.waiting.isEmpty())
      batch.add(outbox.waiting.poll());
    client.publish(new PublishProgress(project, batch)).onComplete(done -> {
      if (done.succeeded() || !mayRepeat(done.cause())) {
        if (done.failed())
          LOG.atWarn().addKeyValue("project", project).addKeyValue("reason", done.cause().getMessage())
              .log("The progress of streams was refused.");
        outbox.busy = false;
        send(project, outbox);
        return;
      }
      for (int i = batch.size() - 1; i >= 0 && outbox.waiting.size() < MAX_WAITING; i--)
        outbox.waiting.addFirst(batch.get(i));
      vertx.setTimer(AGAIN_MS, timer -> {
        outbox.busy = false;
        send(project, outbox);
      });
    });
  }

  /** A report that may have been taken is said once more: it says the same. */
  private static boolean mayRepeat(Throwable cause) {
    ErrorCode code = Refusal.problemOf(cause).code();
    return code == ErrorCode.UNAVAILABLE || code == ErrorCode.TIMEOUT;
  }
}
