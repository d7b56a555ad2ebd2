package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.StreamId;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * The two ways of records into the log. An end reaches the disk before its answer, and nobody else's tokens wait for that: ends have a lane and a connection of their own. Whoever
 * hands in an end has heard before that all other records of its stream are committed.
 */
public final class LogLanes {
  private final AppendLane rows;
  private final AppendLane ends;

  /**
   * @param openings of the streams whose records these are
   * @param fenced called when this owner has been declared dead
   * @param committed called after every batch
   */
  public LogLanes(Vertx vertx, Clock clock, PgConnectOptions options, Supplier<Incarnation> owner, Openings openings, Runnable fenced,
      Runnable committed) {
    rows = new AppendLane(vertx, clock, options, owner, fenced, committed);
    ends = new AppendLane(vertx, clock, options, owner, fenced, committed);
    ends.follow(rows);
    rows.reopens(openings);
  }

  /** A record that continues the numbers of its stream. */
  public void append(StreamId stream, StreamRecord record, Logged logged) {
    (record instanceof StreamRecord.End ? ends : rows).append(stream, record, logged);
  }

  /** Takes back what PostgreSQL has surely not got of a stream that has not ended: its last so many records, whose numbers are free again. */
  public int withdraw(StreamId stream) {
    return rows.withdraw(stream);
  }

  /** Nothing that waits is written any more, and nobody hears of it. */
  public void clear() {
    rows.clear();
    ends.clear();
  }

  /** Rows that wait. */
  public int size() {
    return rows.size() + ends.size();
  }

  /** Whether the last try to write failed. May be asked from any thread. */
  public boolean isFailing() {
    return rows.isFailing() || ends.isFailing();
  }

  public void close() {
    rows.close();
    ends.close();
  }
}
