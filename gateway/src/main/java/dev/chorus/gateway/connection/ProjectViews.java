package dev.chorus.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.gateway.progress.EventFilter;
import dev.chorus.gateway.progress.ProgressReader;
import dev.chorus.gateway.progress.Subscription;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Problem;
import dev.chorus.model.Refusal;
import dev.chorus.protocol.ClientFrame;
import dev.chorus.protocol.EventCodec;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The projects whose events one connection follows, at most {@value #MAX}. */
final class ProjectViews {
  private static final int MAX = 100;
  private final Connection connection;
  private final Desk desk;
  private final Map<String, Subscription> subscriptions = new HashMap<>(2);

  ProjectViews(Connection connection, Desk desk) {
    this.connection = connection;
    this.desk = desk;
  }

  /** Follows a project, in place of how it was followed before; the answer goes out before the first event. */
  Future<?> subscribe(JsonNode id, ClientFrame.ProgressSubscribe frame) {
    if (subscriptions.size() >= MAX && !subscriptions.containsKey(frame.projectId())) {
      connection.answer(id, Problem.of(ErrorCode.TOO_LARGE, "A connection can follow " + MAX + " projects."));
      return Future.succeededFuture();
    }
    View view = new View(EventFilter.of(frame.agentIds()));
    return desk.projects().subscribe(frame.projectId(), frame.after(), false, view).onComplete(result -> {
      if (result.failed()) {
        if (!connection.isClosed())
          connection.answer(id, Refusal.problemOf(result.cause()));
      } else if (connection.isClosed()) {
        result.result().subscription().detach();
      } else {
        Subscription before = subscriptions.put(frame.projectId(), result.result().subscription());
        if (before != null)
          before.detach();
        connection.acknowledge(id, result.result().ack());
      }
    });
  }

  void drained() {
    List.copyOf(subscriptions.values()).forEach(Subscription::drained);
  }

  void closed() {
    subscriptions.values().forEach(Subscription::detach);
    subscriptions.clear();
  }

  private final class View implements ProgressReader {
    private final EventFilter filter;

    View(EventFilter filter) {
      this.filter = filter;
    }

    @Override
    public void events(List<ProgressEntry> entries) {
      for (ProgressEntry entry : filter.wanted(entries))
        connection.socket().send(EventCodec.event(entry.type(), entry.seq(), entry.data()));
    }

    @Override
    public boolean full() {
      return connection.socket().isFull();
    }
  }
}
