package dev.chorus.delivery.retry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One timer for very many deadlines: a ring of slots, each as wide as a tick; what lies further ahead than one round stays in its slot until its round. Never early, late by at
 * most a tick. Nothing is cancelled: who is woken looks whether there is still something to do.
 */
final class Wheel<T> {
  private static final int SLOTS = 1024;
  private final long tickMs;
  private final List<List<Entry<T>>> slots = new ArrayList<>(SLOTS);
  private long tick;
  private int size;

  private record Entry<T>(T item, long tick) {}

  Wheel(long tickMs, long now) {
    this.tickMs = tickMs;
    this.tick = now / tickMs;
    for (int i = 0; i < SLOTS; i++)
      slots.add(new ArrayList<>(0));
  }

  void add(T item, long deadline) {
    // Rounded up, and never into a tick that has passed.
    long at = Math.max(tick + 1, -Math.floorDiv(-deadline, tickMs));
    slots.get((int) (at % SLOTS)).add(new Entry<>(item, at));
    size++;
  }

  /** Wakes everything whose time has come. */
  void advance(long now, Consumer<T> wake) {
    long to = now / tickMs;
    List<T> due = new ArrayList<>();
    // After a standstill of more than a round each slot is looked at once.
    for (long at = Math.max(tick + 1, to - SLOTS + 1); at <= to; at++)
      take(slots.get((int) (at % SLOTS)), to, due);
    tick = Math.max(tick, to);
    due.forEach(wake);
  }

  private void take(List<Entry<T>> slot, long to, List<T> due) {
    if (slot.isEmpty())
      return;
    slot.removeIf(entry -> {
      if (entry.tick() > to)
        return false;
      due.add(entry.item());
      size--;
      return true;
    });
  }

  int size() {
    return size;
  }
}
