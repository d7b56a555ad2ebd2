package dev.chorus.streaming.deliver;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/** One timer for all answers that hold something back; it runs only while there are any. */
public final class Pacer {
  private static final long TICK_MS = 10;

  /** An answer that holds something back. */
  public interface Holder {
    /** Lets go what has waited long enough. False: nothing waits any more. */
    boolean tick(int mergeMs, long now);
  }

  private final Vertx vertx;
  private final Clock clock;
  private final Pace pace = new Pace();
  private final Set<Holder> holders = new LinkedHashSet<>();
  private long timer = -1;

  public Pacer(Vertx vertx, Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  /** A piece has come; how long the node merges now, in milliseconds. */
  public int piece(long now) {
    return pace.on(now);
  }

  /** Milliseconds by which the node merges now. */
  public int mergeMs() {
    return pace.mergeMs();
  }

  public void holds(Holder holder) {
    if (holders.add(holder) && timer < 0)
      timer = vertx.setPeriodic(TICK_MS, tick -> tick());
  }

  public void forget(Holder holder) {
    holders.remove(holder);
  }

  private void tick() {
    long now = clock.millis();
    for (Holder holder : new ArrayList<>(holders))
      if (!holder.tick(pace.mergeMs(), now))
        holders.remove(holder);
    if (holders.isEmpty()) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }
}
