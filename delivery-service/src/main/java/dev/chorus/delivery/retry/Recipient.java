package dev.chorus.delivery.retry;

import dev.chorus.model.UserId;
import java.util.TreeMap;
import java.util.TreeSet;

/** Somebody who acks in a room, and how far {@link RoomRetries} has come with them. */
final class Recipient {
  /** The end of what is known of the log, where nothing of it is missing. */
  static final long ALL = Long.MAX_VALUE;
  private static final int MAX_LATE = 256;
  final UserId user;
  final TreeMap<Long, Late> late = new TreeMap<>();
  /** What has FAILED here, or was cancelled, of what has not had its time: of what has, nothing is begun again. */
  final TreeSet<Long> settled = new TreeSet<>();
  /** From when on messages that are older have their time. */
  long since;
  long delivered;
  /** Up to here messages have had their time. */
  long looked;
  /** Up to here messages are known; what was appended meanwhile lies behind a gap, and waits until that has been read. */
  long end;
  long wakeAt = RoomRetries.NEVER;

  Recipient(UserId user, long since, long delivered, long end) {
    this.user = user;
    this.since = since;
    this.delivered = delivered;
    this.looked = delivered;
    this.end = end;
  }

  /** A message that was not acked in time. */
  static final class Late {
    int made;
    long due;
    /** An attempt is being noted. */
    boolean underWay;
    /** The sender wants it tried: it is, at least once, also where nothing is tried of itself. */
    boolean asked;

    Late(int made, long due, boolean asked) {
      this.made = made;
      this.due = due;
      this.asked = asked;
    }
  }

  /** So much is tried at once that what follows has to wait. */
  boolean isFull() {
    return late.size() >= MAX_LATE;
  }

  void looked(long seq) {
    looked = Math.max(looked, seq);
    settled.headSet(looked, true).clear();
  }

  void settle(long seq) {
    if (seq > looked)
      settled.add(seq);
  }

  /** Up to where messages are kept for them, if not to the end of the log. */
  long keepTo() {
    return late.isEmpty() ? end : Math.max(end, late.lastKey());
  }

  /** Up to where nothing has to be read any more. */
  long readTo() {
    return end == ALL ? looked : Math.max(looked, end);
  }

  void readOn(long newEnd, long now) {
    end = newEnd;
    since = now;
  }
}
