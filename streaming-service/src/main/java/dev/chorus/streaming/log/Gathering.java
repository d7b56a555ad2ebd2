package dev.chorus.streaming.log;

import dev.chorus.bus.StreamRecord;
import io.vertx.core.Vertx;
import java.time.Clock;

/**
 * When the next batch of records begins. Where many rows come, it waits a moment for the next rows: few large batches cost PostgreSQL, the bus and the gateways less than many small
 * ones. The first record of a stream never waits. On its owner's context.
 */
final class Gathering {
  private static final int LARGE = 500;
  private static final long NONE = -1;
  private final Vertx vertx;
  private final Clock clock;
  private final Runnable write;
  private final long mostMs;
  private final Rate rows = new Rate();
  private long beganAt;
  private long timer = NONE;
  /** A batch begins when what is being read now has been heard to its end. */
  private boolean soon;
  /** Somebody waits for the first words of an answer. */
  private boolean urgent;

  /**
   * @param mostMs from the begin of one batch to that of the next, however many come
   * @param write begins a batch, if one may begin
   */
  Gathering(Vertx vertx, Clock clock, long mostMs, Runnable write) {
    this.vertx = vertx;
    this.clock = clock;
    this.mostMs = mostMs;
    this.write = write;
  }

  /** One more waits. */
  void came(StreamRecord record) {
    urgent |= record.seq() == 1;
  }

  /** Begins in the next turn, with all that this turn still brings: a provider often sends several frames at once, and the first has no more right to a batch than the second. */
  void begin() {
    if (soon || (timer != NONE && !urgent))
      return;
    soon = true;
    vertx.runOnContext(turn -> {
      soon = false;
      write.run();
    });
  }

  /** Whether the next batch has to wait; it begins by itself later. */
  boolean holds(int waiting) {
    if (urgent || waiting == 0 || waiting >= LARGE)
      return open();
    if (timer != NONE)
      return true;
    long now = clock.millis();
    long gather = Math.min(mostMs, rows.gatherMs(now));
    long wait = beganAt + gather - now;
    if (gather == 0 || wait <= 0)
      return false;
    timer = vertx.setTimer(wait, late -> {
      timer = NONE;
      write.run();
    });
    return true;
  }

  /** Waits no more. */
  boolean open() {
    if (timer != NONE)
      vertx.cancelTimer(timer);
    timer = NONE;
    return false;
  }

  /** A batch of so many rows begins. */
  void began(int some, long now) {
    beganAt = now;
    urgent = false;
    rows.add(some, now);
  }
}
