package dev.chorus.streaming.progress;

import dev.chorus.bus.ProgressMessage.ProgressEntry;
import dev.chorus.bus.ProgressMessage.ProjectHead;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The events of projects in PostgreSQL: any node may add and read. */
public final class ProgressLog {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration REMEMBERED = Duration.ofDays(30);
  private static final String APPEND = "SELECT append_progress($1, $2, $3, $4, $5)";
  private static final String HEADS = "SELECT known.* FROM unnest($1::text[]) AS wanted (project), project_head(wanted.project) AS known";
  private static final String PAGE = "SELECT seq, type, agent_id, data FROM progress WHERE project = $1 AND seq > $2 ORDER BY seq LIMIT $3";
  /** Jumps from agent to agent along the index, however many events each has. */
  private static final String LATEST = "WITH RECURSIVE agents AS ("
      + "(SELECT agent_id FROM progress WHERE project = $1 AND agent_id IS NOT NULL ORDER BY agent_id LIMIT 1) UNION ALL "
      + "SELECT (SELECT p.agent_id FROM progress p WHERE p.project = $1 AND p.agent_id > agents.agent_id ORDER BY p.agent_id LIMIT 1) "
      + "FROM agents WHERE agents.agent_id IS NOT NULL) "
      + "SELECT latest.seq, latest.type, latest.agent_id, latest.data FROM agents, LATERAL (SELECT seq, type, agent_id, data FROM progress p "
      + "WHERE p.project = $1 AND p.agent_id = agents.agent_id ORDER BY seq DESC LIMIT 1) AS latest ORDER BY latest.agent_id LIMIT 1000";
  private static final String EXPIRE = "DELETE FROM progress WHERE (project, seq) IN (SELECT project, seq FROM progress WHERE at < $1 LIMIT 5000)";
  private static final String FORGET = "DELETE FROM projects WHERE touched_at < $1";
  private final Pool pool;

  public ProgressLog(Pool pool) {
    this.pool = pool;
  }

  /** Adds events in that order; the number of the last one. Their own numbers do not count yet. */
  Future<Long> append(String project, List<ProgressEntry> events, long now) {
    String[] types = events.stream().map(ProgressEntry::type).toArray(String[]::new);
    String[] agents = events.stream().map(ProgressEntry::agentId).toArray(String[]::new);
    String[] datas = events.stream().map(event -> new String(event.data(), StandardCharsets.UTF_8)).toArray(String[]::new);
    return pool.preparedQuery(APPEND).execute(Tuple.of(project, types, agents, datas, at(now)))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Of each project that there is. */
  Future<List<ProjectHead>> heads(Collection<String> projects) {
    if (projects.isEmpty())
      return Future.succeededFuture(List.of());
    return pool.preparedQuery(HEADS).execute(Tuple.of(projects.toArray(String[]::new))).map(rows -> {
      List<ProjectHead> heads = new ArrayList<>(rows.size());
      for (Row row : rows)
        heads.add(new ProjectHead(row.getString(0), row.getLong(1), row.getLong(2)));
      return heads;
    });
  }

  /** Events above {@code after}, as far as they are kept. */
  Future<List<ProgressEntry>> page(String project, long after, int limit) {
    return pool.preparedQuery(PAGE).execute(Tuple.of(project, after, limit)).map(ProgressLog::entries);
  }

  /** The latest event of each agent. */
  Future<List<ProgressEntry>> latest(String project) {
    return pool.preparedQuery(LATEST).execute(Tuple.of(project)).map(ProgressLog::entries);
  }

  private static List<ProgressEntry> entries(RowSet<Row> rows) {
    List<ProgressEntry> entries = new ArrayList<>(rows.size());
    for (Row row : rows)
      entries.add(new ProgressEntry(row.getLong(0), row.getString(1), row.getString(2), row.getString(3).getBytes(StandardCharsets.UTF_8)));
    return entries;
  }

  /** Deletes a batch of what is too old, and projects that nothing was heard of for long. */
  public Future<Void> expire(long now) {
    return pool.preparedQuery(EXPIRE).execute(Tuple.of(at(now - KEPT.toMillis())))
        .compose(done -> pool.preparedQuery(FORGET).execute(Tuple.of(at(now - REMEMBERED.toMillis())))).mapEmpty();
  }

  private static OffsetDateTime at(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }
}
