package dev.chorus.gateway.catchup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One reader's way through a log whose entries are numbered 1, 2, 3 …: first what the log has, then what comes live, with one marker between.
 * Whatever is lost, repeated, reordered or overlapping on the way, the reader gets every entry once and in order.
 *
 * <pre>
 *            start(head)               position = head              blocked()
 *   new ───────────────▶ CATCHING_UP ───────────────▶ LIVE ────────────────▶ BLOCKED
 *                             ▲        marker, once     │ a gap                 │ drained()
 *                             └─────────────────────────┴───────────────────────┘
 * </pre>
 *
 * It does nothing by itself: each input returns the steps to take. It holds at most {@link #MAX_PENDING} entries; when more come, it forgets them and reads the log again.
 */
public final class CatchUp<E> {
  static final int MAX_PENDING = 512;
  private static final long NOT_READING = -1;

  private enum Mode {
    NEW, CATCHING_UP, LIVE, BLOCKED
  }

  private record Pending<E>(long prev, List<E> entries) {}

  private Mode mode = Mode.NEW;
  private boolean marked;
  private long position;
  /** The log is known to go up to here at least. */
  private long head;
  /** What the outstanding read was asked to begin after. */
  private long readingAfter = NOT_READING;
  /** Came before its turn; null when there is none. */
  private ArrayDeque<Pending<E>> pending;
  private int pendingEntries;

  /** @param position the last number that the reader has */
  public CatchUp(long position) {
    this.position = position;
  }

  /** Begins: the log goes up to {@code head}. What comes {@link #live} must from now on be brought here. */
  public List<Step<E>> start(long head) {
    if (mode == Mode.NEW)
      mode = Mode.CATCHING_UP;
    return head(head);
  }

  /** Entries {@code prev + 1 …} as they happen. */
  public List<Step<E>> live(long prev, List<E> entries) {
    if (advance(prev, entries.size()))
      return List.of(new Step.Deliver<>(prev, entries, false));
    long last = prev + entries.size();
    if (last <= position || mode == Mode.NEW)
      return List.of();
    head = Math.max(head, last);
    if (mode == Mode.BLOCKED)
      return List.of();
    keep(prev, entries);
    List<Step<E>> steps = go(new ArrayList<>(2));
    if (pendingEntries > MAX_PENDING)
      forgetPending();
    return steps;
  }

  /** The quick way for what comes live just in turn: true when the reader is to get exactly these, and has them from now on. */
  public boolean advance(long prev, int count) {
    if (mode != Mode.LIVE || prev != position)
      return false;
    position = prev + count;
    head = Math.max(head, position);
    return true;
  }

  /** The log is known to go up to {@code head}, from a digest or because somebody said so. */
  public List<Step<E>> head(long head) {
    this.head = Math.max(this.head, head);
    return mode == Mode.NEW || mode == Mode.BLOCKED ? List.of() : go(new ArrayList<>(2));
  }

  /**
   * The answer to a read. One that nobody waits for any more is ignored.
   *
   * @param after as it was asked
   * @param entries {@code after + 1 …}, as many as the reader can take
   * @param head of the log at that time
   */
  public List<Step<E>> page(long after, List<E> entries, long head) {
    if (mode != Mode.CATCHING_UP || readingAfter != after)
      return List.of();
    readingAfter = NOT_READING;
    this.head = Math.max(this.head, head);
    List<Step<E>> steps = new ArrayList<>(3);
    long before = position;
    deliver(after, entries, steps);
    drainPending(steps);
    boolean nothingNew = position == before;
    return read(nothingNew, steps);
  }

  /** A read failed. */
  public List<Step<E>> failed(long after) {
    if (mode != Mode.CATCHING_UP || readingAfter != after)
      return List.of();
    readingAfter = NOT_READING;
    return read(true, new ArrayList<>(1));
  }

  /** The reader cannot take more. Until it is {@link #drained} nothing is handed to it, and nothing is kept for it. */
  public void blocked() {
    if (mode == Mode.NEW || mode == Mode.BLOCKED)
      return;
    mode = Mode.BLOCKED;
    readingAfter = NOT_READING;
    forgetPending();
  }

  /** The reader can take more: it goes on from the log where it stopped. */
  public List<Step<E>> drained() {
    if (mode != Mode.BLOCKED)
      return List.of();
    mode = Mode.CATCHING_UP;
    return go(new ArrayList<>(2));
  }

  /** The last number that the reader was given. */
  public long position() {
    return position;
  }

  /** The reader has all that is known of, and waits for more. */
  public boolean isLive() {
    return mode == Mode.LIVE;
  }

  public boolean isBlocked() {
    return mode == Mode.BLOCKED;
  }

  private List<Step<E>> go(List<Step<E>> steps) {
    drainPending(steps);
    return read(false, steps);
  }

  /** Goes live when nothing is missing, or asks for what is, unless that has been asked. */
  private List<Step<E>> read(boolean later, List<Step<E>> steps) {
    if (position >= head) {
      mode = Mode.LIVE;
      readingAfter = NOT_READING;
      if (!marked) {
        marked = true;
        steps.add(new Step.Marker<>(position));
      }
    } else {
      mode = Mode.CATCHING_UP;
      if (readingAfter == NOT_READING) {
        readingAfter = position;
        steps.add(new Step.Read<>(position, later));
      }
    }
    return steps;
  }

  /** Hands over what of these the reader does not have; nothing when there is a gap before them. */
  private void deliver(long prev, List<E> entries, List<Step<E>> steps) {
    long last = prev + entries.size();
    if (prev > position || last <= position)
      return;
    List<E> tail = prev == position ? entries : entries.subList((int) (position - prev), entries.size());
    steps.add(new Step.Deliver<>(position, tail, !marked));
    position = last;
    head = Math.max(head, last);
  }

  private void keep(long prev, List<E> entries) {
    if (pending == null)
      pending = new ArrayDeque<>(4);
    pending.add(new Pending<>(prev, entries));
    pendingEntries += entries.size();
  }

  private void drainPending(List<Step<E>> steps) {
    boolean moved = pending != null;
    while (moved) {
      moved = false;
      for (var each = pending.iterator(); each.hasNext();) {
        Pending<E> next = each.next();
        if (next.prev > position)
          continue;
        each.remove();
        pendingEntries -= next.entries.size();
        deliver(next.prev, next.entries, steps);
        moved = true;
      }
    }
    if (pending != null && pending.isEmpty())
      forgetPending();
  }

  private void forgetPending() {
    pending = null;
    pendingEntries = 0;
  }
}
