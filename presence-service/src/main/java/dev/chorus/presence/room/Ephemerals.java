package dev.chorus.presence.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.presence.typing.Indication;
import dev.chorus.protocol.Event.ActivityUpdate.Doing;
import dev.chorus.protocol.Event.CursorUpdate.Cursor;
import dev.chorus.protocol.Event.TypingStart.Typist;
import dev.chorus.protocol.Event.UserLeave.Departed;
import dev.chorus.protocol.Json;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The events of one room as gateways get them, each item encoded once (docs/protocol.md, section 5). A user sees their own presence, not their own typing. Each event with a
 * version names the one before it, so that a gateway notices when it has missed one.
 */
final class Ephemerals {
  private static final String USERS = "users";
  private static final String CURSORS = "cursors";
  private final RoomId room;
  private final Version version;
  private final Consumer<RoomEphemeral> out;
  private long last;
  private long lastAt = Long.MAX_VALUE;

  private record Count(int online) {}

  /** @param first the version with which the room begins: who has shown less lacks what was before */
  Ephemerals(RoomId room, Version version, long first, Consumer<RoomEphemeral> out) {
    this.room = room;
    this.version = version;
    this.out = out;
    this.last = first;
  }

  void joined(List<Presence> users, long now) {
    versioned("user:join", USERS, items(users, Presence::user), now);
  }

  void changed(List<Presence> users, long now) {
    versioned("presence:update", USERS, items(users, Presence::user), now);
  }

  void left(List<Departed> users, long now) {
    versioned("user:leave", USERS, items(users, Departed::user), now);
  }

  void count(int online, long now) {
    versioned("presence:count", null, List.of(new Item(null, Json.bytes(new Count(online)))), now);
  }

  void typing(List<Indication> typing) {
    unversioned("typing:stop", USERS, typing.stream().filter(Indication.Stopped.class::isInstance)
        .map(it -> new Item(it.user(), Json.bytes(new Typist(it.user(), it.agentId(), null)))).toList());
    unversioned("typing:start", USERS, typing.stream().filter(Indication.Started.class::isInstance).map(Indication.Started.class::cast)
        .map(it -> new Item(it.user(), Json.bytes(new Typist(it.user(), it.agentId(), it.expiresAt())))).toList());
  }

  void cursors(List<Cursor> cursors) {
    unversioned("cursor:update", CURSORS, items(cursors, Cursor::user));
  }

  void activities(List<Doing> doing) {
    unversioned("activity:update", USERS, items(doing, Doing::user));
  }

  /** Whether a gateway that has shown no more than that version lacks an event that it should have had for a while. */
  boolean isLacking(long shownVersion, long before) {
    return last > shownVersion && lastAt <= before;
  }

  private static <T> List<Item> items(List<T> values, Function<T, UserId> user) {
    return values.stream().map(value -> new Item(user.apply(value), Json.bytes(value))).toList();
  }

  private void versioned(String type, String list, List<Item> items, long now) {
    if (items.isEmpty())
      return;
    long next = version.next(now);
    out.accept(new RoomEphemeral(room, type, list, items, next, last, true));
    last = next;
    lastAt = now;
  }

  private void unversioned(String type, String list, List<Item> items) {
    if (!items.isEmpty())
      out.accept(new RoomEphemeral(room, type, list, items, null, null, false));
  }
}
