package dev.chorus.streaming.progress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chorus.bus.StreamRecord;
import dev.chorus.bus.StreamingMessage.StartStream;
import dev.chorus.protocol.Json;
import java.util.List;
import java.util.Optional;

/**
 * What one stream of a project says of itself: that it has started, once a second how far it is, when it waits, how it ended, and how good its text seems. How long an answer
 * gets nobody knows: the percentage is by the tokens that it may have at most where the request says so, else it nears 95 as an answer of some hundred tokens would.
 */
final class StreamReports {
  private static final long EVERY_MS = 1000;
  private static final double USUAL_TOKENS = 400;
  private static final double MOST = 95;
  private final StartStream start;
  private final Long maxTokens;
  private final long startedAt;
  private long saidAt;
  private long tokens;

  /** @param maxTokens of the request, or null */
  StreamReports(StartStream start, Long maxTokens, long now) {
    this.start = start;
    this.maxTokens = maxTokens;
    this.startedAt = now;
    this.saidAt = now;
  }

  String project() {
    return start.projectId();
  }

  List<String> started() {
    return List.of(text(report("started", 0)));
  }

  /** Records have been committed; whatever is worth saying. */
  List<String> said(List<StreamRecord> records, long now) {
    Optional<String> turn = Optional.empty();
    for (StreamRecord record : records) {
      switch (record) {
        case StreamRecord.Chunk chunk -> tokens++;
        case StreamRecord.Notice notice when notice.notice().equals("paused") -> turn = Optional.of("waiting");
        case StreamRecord.Notice notice when notice.notice().equals("resumed") -> turn = Optional.of("running");
        case StreamRecord.Notice notice -> {
          // The text goes on: nothing to say of the work as a whole.
        }
        case StreamRecord.End end -> {
          return ended(end);
        }
      }
    }
    if (turn.isEmpty() && now - saidAt < EVERY_MS)
      return List.of();
    saidAt = now;
    return List.of(text(running(turn.orElse("running"), now)));
  }

  private List<String> ended(StreamRecord.End end) {
    boolean completed = end.status().equals("COMPLETED");
    ObjectNode report = report(completed ? "completed" : "failed", completed ? 100 : percentage());
    if (end.usage() != null)
      report.put("tokensUsed", end.usage().totalTokens());
    if (end.cost() != null)
      report.put("cost", end.cost().amount());
    if (end.confidence() != null)
      report.put("confidence", end.confidence());
    if (!completed || end.confidence() == null)
      return List.of(text(report));
    ObjectNode quality = Json.MAPPER.createObjectNode();
    quality.putObject("scores").put("confidence", end.confidence());
    return List.of(text(report), text(quality));
  }

  private ObjectNode running(String status, long now) {
    long percentage = percentage();
    ObjectNode report = report(status, percentage);
    report.put("tokensUsed", tokens);
    if (percentage > 0)
      report.put("estimatedTimeRemainingMs", (now - startedAt) * (100 - percentage) / percentage);
    return report;
  }

  private long percentage() {
    double part = maxTokens != null && maxTokens > 0 ? (double) tokens / maxTokens : 1 - Math.exp(-tokens / USUAL_TOKENS);
    return Math.round(Math.min(MOST, part * (maxTokens == null ? MOST : 100)));
  }

  private ObjectNode report(String status, long percentage) {
    ObjectNode report = Json.MAPPER.createObjectNode();
    report.put("agentId", start.agentId() == null ? start.stream().value() : start.agentId());
    report.put("status", status).put("percentage", percentage).put("streamId", start.stream().value());
    return report;
  }

  private static String text(ObjectNode report) {
    return Json.text(report);
  }
}
