package dev.chorus.presence.room;

import dev.chorus.presence.agenda.Agenda;

/** How many are in a room so full that coming and going is only counted, told at most once a second. */
final class Headcount {
  /** More than so many are counted; up to so many are known to everybody by name even then. */
  static final int MAX_SHOWN = 200;
  private static final long EVERY_MS = 1000;
  private int told = -1;
  private long toldAt = -EVERY_MS;

  boolean isCounted(int online) {
    return online > MAX_SHOWN;
  }

  /** When {@link #count} is due, or {@link Agenda#NEVER}. */
  long due(int online) {
    return isCounted(online) && online != told ? toldAt + EVERY_MS : Agenda.NEVER;
  }

  /** The number to be told now. */
  int count(int online, long now) {
    told = online;
    toldAt = now;
    return online;
  }
}
