package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import dev.chorus.model.StreamId;
import dev.chorus.streaming.log.Batch.Entry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the records of all streams of this node, one batch in flight: while one commits, the next collects. A batch whose outcome is unknown is written again until it is
 * known. What was committed without waiting for the disk is kept for a few seconds, and written again when PostgreSQL was lost. The queue is bounded by its streams: each
 * stops its provider when 80 of its records wait.
 */
final class AppendLane {
  private static final Logger LOG = LoggerFactory.getLogger(AppendLane.class);
  private static final int MAX_ROWS = 2000;
  private static final long MAX_BACKOFF_MS = 1000;
  private static final long MIN_BACKOFF_MS = 50;
  private final Vertx vertx;
  private final Writer writer;
  private final Runnable fenced;
  private final Runnable committed;
  private LongConsumer onDisk = this::flushed;
  private Runnable onLost = () -> {};
  private Runnable onRewritten = () -> {};
  private Reopening openings = Reopening.NONE;
  private BooleanSupplier mayWrite = () -> true;
  private final Deque<Entry> queue = new ArrayDeque<>();
  private final Unflushed unflushed;
  private List<Entry> inFlight = List.of();
  private final Clock clock;
  private final Gathering gathering;
  private volatile long backoffMs;
  private long lastAt;
  /** So many rows at the head of the queue go stream by stream, since one of them is not accepted. */
  private int apart;
  private boolean rewrite;
  private int cleared;
  private boolean busy;
  private boolean closed;

  /**
   * @param fenced called when this owner has been declared dead
   * @param committed called after every batch
   */
  AppendLane(Vertx vertx, Clock clock, PgConnectOptions options, Supplier<Incarnation> owner, Runnable fenced, Runnable committed) {
    this.vertx = vertx;
    this.clock = clock;
    this.unflushed = new Unflushed(clock);
    this.gathering = new Gathering(vertx, clock, Rate.MAX_GATHER_MS, this::writeNext);
    this.fenced = fenced;
    this.committed = committed;
    this.writer = new PgWriter(vertx, options, owner, this::connectionLost);
  }

  AppendLane(Vertx vertx, Clock clock, Writer writer, Runnable fenced, Runnable committed) {
    this.vertx = vertx;
    this.clock = clock;
    this.unflushed = new Unflushed(clock);
    this.gathering = new Gathering(vertx, clock, Rate.MAX_GATHER_MS, this::writeNext);
    this.fenced = fenced;
    this.committed = committed;
    this.writer = writer;
  }

  /** Records that continue the numbers of their stream. */
  void append(StreamId stream, List<StreamRecord> records, Logged logged) {
    for (StreamRecord record : records)
      add(new Entry(stream, record, logged));
    writeSoon();
  }

  /** A record that continues the numbers of its stream. */
  void append(StreamId stream, StreamRecord record, Logged logged) {
    add(new Entry(stream, record, logged));
    writeSoon();
  }

  private void add(Entry entry) {
    queue.add(entry);
    gathering.came(entry.record);
  }

  private void writeSoon() {
    if (!busy && !closed)
      gathering.begin();
  }

  /**
   * Makes this the lane of ends behind that of the other records. An end that is on the disk vouches for all before it: so none is written while records that a crash may have
   * taken are still to be written again, and a connection that is lost here is taken for the loss of both.
   */
  void follow(AppendLane rows) {
    onDisk = rows::flushed;
    onLost = rows::connectionLost;
    mayWrite = () -> !rows.rewrite;
    rows.onRewritten = this::writeNext;
  }

  /** What is written again when a crash may have taken it: these openings first. */
  void reopens(Reopening these) {
    openings = these;
  }

  /** Takes back what PostgreSQL has surely not got of a stream: its last so many records, whose numbers are free again. */
  int withdraw(StreamId stream) {
    int before = queue.size();
    queue.removeIf(entry -> !entry.sent && entry.stream.equals(stream));
    return before - queue.size();
  }

  /** Nothing that waits is written any more, and nobody hears of it. */
  void clear() {
    cleared++;
    queue.clear();
    unflushed.clear();
    inFlight = List.of();
    apart = 0;
    rewrite = false;
  }

  /** Rows that wait. */
  int size() {
    return queue.size() + inFlight.size();
  }

  /** Whether the last try to write failed. May be asked from any thread. */
  boolean isFailing() {
    return backoffMs > 0;
  }

  void close() {
    closed = true;
    clear();
    writer.close();
  }

  /** Everything that was committed before that time is on the disk. */
  void flushed(long before) {
    unflushed.clear(before);
  }

  void connectionLost() {
    onLost.run();
    rewrite = mayHaveLost();
    if (rewrite)
      writeNext();
  }

  private boolean mayHaveLost() {
    return !unflushed.isEmpty() || openings.mayHaveLost();
  }

  private void writeNext() {
    if (busy || closed || !mayWrite.getAsBoolean() || (rewrite ? gathering.open() : gathering.holds(queue.size())))
      return;
    if (rewrite) {
      write(new Batch(unflushed.entries(), false), true);
    } else if (!queue.isEmpty()) {
      inFlight = take();
      boolean fresh = inFlight.stream().noneMatch(entry -> entry.sent);
      inFlight.forEach(entry -> entry.sent = true);
      write(new Batch(inFlight, fresh), false);
    }
  }

  private List<Entry> take() {
    List<Entry> rows = new ArrayList<>();
    StreamId only = apart > 0 ? queue.peek().stream : null;
    int look = apart > 0 ? apart : Math.min(queue.size(), MAX_ROWS);
    Iterator<Entry> next = queue.iterator();
    for (int i = 0; i < look && next.hasNext(); i++) {
      Entry entry = next.next();
      if (only != null && !entry.stream.equals(only))
        continue;
      rows.add(entry);
      next.remove();
    }
    apart = Math.max(0, apart - rows.size());
    return rows;
  }

  private void write(Batch batch, boolean again) {
    busy = true;
    lastAt = clock.millis();
    gathering.began(batch.entries().size(), lastAt);
    int before = cleared;
    Future<Void> ready = again ? openings.again() : Future.succeededFuture();
    // Cleared meanwhile: these records are nobody's any more, and must not be written in the owner's next life.
    ready.compose(open -> before == cleared ? writer.write(batch) : Future.succeededFuture(true)).onComplete(result -> {
      busy = false;
      if (closed || before != cleared) {
        writeNext();
        return;
      }
      if (result.failed() && result.cause() instanceof Writer.Unstorable && !again)
        split(batch, result.cause());
      else if (result.failed())
        tryAgain(batch, again, result.cause());
      else if (!result.result())
        fenced.run();
      else
        done(batch, again);
    });
  }

  private void done(Batch batch, boolean again) {
    backoffMs = 0;
    if (again) {
      rewrite = false;
      onRewritten.run();
    } else {
      inFlight = List.of();
      if (batch.isSynchronous())
        onDisk.accept(lastAt);
      else
        unflushed.add(batch.entries());
      tell(batch);
    }
    writeNext();
  }

  private void tell(Batch batch) {
    Map<Logged, List<StreamRecord>> byStream = new LinkedHashMap<>();
    for (Entry entry : batch.entries())
      byStream.computeIfAbsent(entry.logged, key -> new ArrayList<>()).add(entry.record);
    byStream.forEach(Logged::committed);
    committed.run();
  }

  private void tryAgain(Batch batch, boolean again, Throwable cause) {
    if (!again)
      putBack(batch.entries());
    rewrite = mayHaveLost();
    if (backoffMs == 0)
      LOG.atWarn().addKeyValue("rows", size()).setCause(cause).log("The log of streams cannot be written; trying on.");
    backoffMs = Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, backoffMs * 2));
    busy = true;
    vertx.setTimer(backoffMs, timer -> {
      busy = false;
      writeNext();
    });
  }

  private void split(Batch batch, Throwable cause) {
    if (batch.isOfOneStream()) {
      inFlight = List.of();
      Entry first = batch.entries().getFirst();
      LOG.atError().addKeyValue("stream", first.stream.value()).setCause(cause).log("A record cannot be stored.");
      queue.removeIf(entry -> entry.stream.equals(first.stream));
      apart = Math.min(apart, queue.size());
      first.logged.unstorable();
    } else {
      putBack(batch.entries());
      apart = batch.entries().size();
    }
    writeNext();
  }

  private void putBack(List<Entry> entries) {
    for (Entry entry : entries.reversed())
      queue.addFirst(entry);
    inFlight = List.of();
  }
}
