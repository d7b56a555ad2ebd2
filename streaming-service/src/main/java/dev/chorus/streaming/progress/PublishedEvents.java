package dev.chorus.streaming.progress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.ProgressClient;
import dev.chorus.bus.ProgressMessage.PublishProgress;
import dev.chorus.protocol.Fields;
import dev.chorus.protocol.Json;
import dev.chorus.protocol.ProgressReports;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** {@code chorus.progress}: what other programs in the cluster say of projects (docs/protocol.md, sections 7 and 10). Any node takes it and hands it to the project's owner. */
public final class PublishedEvents {
  private final ProgressClient client;

  public PublishedEvents(ProgressClient client) {
    this.client = client;
  }

  /** The data of one event, or an envelope around it; answered with {@code {"seq"}}. */
  public Future<?> on(ObjectNode body) {
    ObjectNode data = body.get("data") instanceof ObjectNode inner ? inner : body;
    String project = ProgressReports.projectId(new Fields(data).requiredText("projectId"));
    return client.publish(new PublishProgress(project, List.of(Json.text(data)))).map(published -> Map.of("seq", published.seq()));
  }
}
