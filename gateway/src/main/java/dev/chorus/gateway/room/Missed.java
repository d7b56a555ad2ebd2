package dev.chorus.gateway.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a slow client has not been shown of one room, merged: of everybody's coming and going the outcome, of cursors and activities the last. Typing is left out, since it ends
 * by itself. At most {@value #MAX} people: above it the client is too far behind to be caught up.
 */
final class Missed {
  private static final int MAX = 2_000;
  private static final int CURSORS_PER_FRAME = 100;
  private final RoomId room;
  private final Map<UserId, Change> people = new LinkedHashMap<>();
  private final Map<UserId, Item> cursors = new LinkedHashMap<>();
  private final Map<UserId, Item> activities = new LinkedHashMap<>();
  private RoomEphemeral count;
  private long version;

  /** @param wasShown before the first of the events that were missed */
  private record Change(boolean wasShown, boolean isThere, Item last) {}

  Missed(RoomId room) {
    this.room = room;
  }

  /**
   * An event that is not shown now.
   *
   * @param reader items about whom are left out where the event says so
   */
  void add(RoomEphemeral event, UserId reader) {
    if (event.version() != null)
      version = event.version();
    switch (event.type()) {
      case "user:join" -> event.items().forEach(item -> change(item, false, true));
      case "presence:update" -> event.items().forEach(item -> change(item, true, true));
      case "user:leave" -> event.items().forEach(item -> change(item, true, false));
      case "presence:count" -> count = event;
      case "cursor:update" -> keep(cursors, event, reader);
      case "activity:update" -> keep(activities, event, reader);
      default -> {
      }
    }
  }

  private void change(Item item, boolean wasShown, boolean isThere) {
    Change before = people.get(item.user());
    people.put(item.user(), new Change(before == null ? wasShown : before.wasShown, isThere, item));
  }

  private static void keep(Map<UserId, Item> latest, RoomEphemeral event, UserId reader) {
    for (Item item : event.items()) {
      if (event.echo() || !item.user().equals(reader)) {
        latest.remove(item.user());
        latest.put(item.user(), item);
      }
    }
  }

  boolean isTooMuch() {
    return people.size() > MAX || cursors.size() > MAX || activities.size() > MAX;
  }

  /** All of it as events, in the order in which they may be shown. */
  List<RoomEphemeral> events() {
    List<Item> joined = new ArrayList<>();
    List<Item> updated = new ArrayList<>();
    List<Item> left = new ArrayList<>();
    for (Change change : people.values()) {
      if (change.isThere)
        (change.wasShown ? updated : joined).add(change.last);
      else if (change.wasShown)
        left.add(change.last);
    }
    List<RoomEphemeral> events = new ArrayList<>();
    add(events, "user:join", joined);
    add(events, "presence:update", updated);
    add(events, "user:leave", left);
    if (count != null)
      events.add(count);
    List<Item> moved = List.copyOf(cursors.values());
    for (int from = 0; from < moved.size(); from += CURSORS_PER_FRAME) {
      events.add(new RoomEphemeral(room, "cursor:update", "cursors", moved.subList(from, Math.min(moved.size(), from + CURSORS_PER_FRAME)),
          null, null, true));
    }
    if (!activities.isEmpty())
      events.add(new RoomEphemeral(room, "activity:update", "users", List.copyOf(activities.values()), null, null, true));
    return events;
  }

  private void add(List<RoomEphemeral> events, String type, List<Item> items) {
    if (!items.isEmpty())
      events.add(new RoomEphemeral(room, type, "users", items, version, version, true));
  }
}
