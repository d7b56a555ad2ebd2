package dev.chorus.presence.agenda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What is due when: at most one appointment per key, so that a thousand quiet rooms cost nothing. */
public final class Agenda<K> {
  /** A time that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private record Appointment<K>(long at, K key) {}

  private final TreeSet<Appointment<K>> appointments;
  private final Map<K, Appointment<K>> byKey = new HashMap<>();

  /** @param order of keys that are due at the same time */
  public Agenda(Comparator<K> order) {
    appointments = new TreeSet<>(Comparator.<Appointment<K>>comparingLong(Appointment::at).thenComparing(Appointment::key, order));
  }

  /** Sets the key's appointment, or removes it when {@code at} is {@link #NEVER}. */
  public void set(K key, long at) {
    Appointment<K> before = byKey.get(key);
    if (before != null && before.at == at)
      return;
    if (before != null) {
      appointments.remove(before);
      byKey.remove(key);
    }
    if (at == NEVER)
      return;
    Appointment<K> appointment = new Appointment<>(at, key);
    appointments.add(appointment);
    byKey.put(key, appointment);
  }

  /** When the next one is due, or {@link #NEVER}. */
  public long next() {
    return appointments.isEmpty() ? NEVER : appointments.first().at;
  }

  /** Removes and returns the keys that are due. */
  public List<K> due(long now) {
    List<K> due = new ArrayList<>();
    while (!appointments.isEmpty() && appointments.first().at <= now) {
      Appointment<K> appointment = appointments.pollFirst();
      byKey.remove(appointment.key);
      due.add(appointment.key);
    }
    return due;
  }
}
