package dev.chorus.gateway.socket;

import java.util.ArrayList;
import java.util.List;

/**
 * All deadlines of all sockets on one timer, to a second. What is due is asked when it is next due; nobody is taken out before, so that a deadline that moves costs nothing.
 * Pure: {@link #turn} is called with the time.
 */
public final class Wheel {
  private static final long SLOT_MS = 1000;
  private static final int SLOTS = 128;
  private final List<List<Timed>> slots = new ArrayList<>();
  private long turned;

  /** Something with deadlines. */
  public interface Timed {
    /**
     * Does what is due.
     *
     * @return when to ask again, in milliseconds since the epoch; not later than two minutes from now; negative: never
     */
    long due(long now);
  }

  public Wheel(long now) {
    turned = now / SLOT_MS;
    for (int i = 0; i < SLOTS; i++)
      slots.add(null);
  }

  /** Asks it at that time, or at once at the next turn. */
  public void add(Timed timed, long at) {
    long slot = Math.min(Math.max(at / SLOT_MS, turned + 1), turned + SLOTS - 1);
    int index = (int) (slot % SLOTS);
    if (slots.get(index) == null)
      slots.set(index, new ArrayList<>());
    slots.get(index).add(timed);
  }

  /** Asks everybody whose time has come. */
  public void turn(long now) {
    long until = now / SLOT_MS;
    // After a long pause of the process every slot is due, but none twice.
    if (until - turned > SLOTS)
      turned = until - SLOTS;
    List<Timed> due = new ArrayList<>();
    while (turned < until) {
      turned++;
      List<Timed> there = slots.set((int) (turned % SLOTS), null);
      if (there != null)
        due.addAll(there);
    }
    due.forEach(timed -> again(timed, now));
  }

  private void again(Timed timed, long now) {
    long next = timed.due(now);
    if (next >= 0)
      add(timed, next);
  }
}
