package dev.chorus.presence.room;

import dev.chorus.model.RoomId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Which room is due when: at most one appointment per room, so that a thousand quiet rooms cost nothing. */
final class Agenda {
  private record Appointment(long at, RoomId room) {}

  private final TreeSet<Appointment> appointments = new TreeSet<>(
      Comparator.comparingLong(Appointment::at).thenComparing(Appointment::room));
  private final Map<RoomId, Appointment> byRoom = new HashMap<>();

  /** Sets the room's appointment, or removes it when {@code at} is empty. */
  void set(RoomId room, OptionalLong at) {
    Appointment before = byRoom.get(room);
    if (before != null && at.isPresent() && before.at == at.getAsLong())
      return;
    if (before != null) {
      appointments.remove(before);
      byRoom.remove(room);
    }
    if (at.isEmpty())
      return;
    Appointment appointment = new Appointment(at.getAsLong(), room);
    appointments.add(appointment);
    byRoom.put(room, appointment);
  }

  OptionalLong next() {
    return appointments.isEmpty() ? OptionalLong.empty() : OptionalLong.of(appointments.first().at);
  }

  /** Removes and returns the rooms that are due. */
  List<RoomId> due(long now) {
    List<RoomId> due = new ArrayList<>();
    while (!appointments.isEmpty() && appointments.first().at <= now) {
      Appointment appointment = appointments.pollFirst();
      byRoom.remove(appointment.room);
      due.add(appointment.room);
    }
    return due;
  }
}
