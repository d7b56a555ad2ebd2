package dev.chorus.streaming.log;

import dev.chorus.streaming.log.Batch.Entry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Rows that PostgreSQL has committed but may not have on disk: with synchronous_commit off it flushes within three times wal_writer_delay (0.2 s by default); they are kept for
 * several times that.
 */
final class Unflushed {
  private static final long KEEP_MS = 5000;
  private static final int MAX_ROWS = 50_000;

  private record Kept(long at, Entry entry) {}

  private final Clock clock;
  private final Deque<Kept> rows = new ArrayDeque<>();

  Unflushed(Clock clock) {
    this.clock = clock;
  }

  void add(List<Entry> entries) {
    long now = clock.millis();
    for (Entry entry : entries)
      rows.add(new Kept(now, entry));
    while (!rows.isEmpty() && (rows.peek().at < now - KEEP_MS || rows.size() > MAX_ROWS))
      rows.poll();
  }

  /** What was committed before that time was flushed with what is on disk now. */
  void clear(long before) {
    while (!rows.isEmpty() && rows.peek().at < before)
      rows.poll();
  }

  void clear() {
    rows.clear();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>(rows.size());
    for (Kept kept : rows)
      entries.add(kept.entry);
    return entries;
  }
}
