package dev.chorus.presence.room;

import dev.chorus.bus.GatewayMessage.Item;
import dev.chorus.bus.GatewayMessage.RoomEphemeral;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.presence.roster.Effect;
import dev.chorus.protocol.Event.TypingStart.Typist;
import dev.chorus.protocol.Event.UserLeave.Departed;
import dev.chorus.protocol.Json;
import java.util.List;

/** The events of presence as gateways get them, each item encoded once (docs/protocol.md, section 5). A user sees their own presence, not their own typing. */
final class Ephemerals {
  private static final String USERS = "users";

  private Ephemerals() {}

  static RoomEphemeral joined(RoomId room, List<Presence> users, long version) {
    return new RoomEphemeral(room, "user:join", USERS, users.stream().map(user -> new Item(user.user(), Json.bytes(user))).toList(),
        version, true);
  }

  static RoomEphemeral left(RoomId room, List<Effect.Left> users, long version) {
    return new RoomEphemeral(room, "user:leave", USERS,
        users.stream().map(left -> new Item(left.user(), Json.bytes(new Departed(left.user(), left.lastSeen())))).toList(), version, true);
  }

  static RoomEphemeral started(RoomId room, List<Effect.TypingStarted> typing) {
    return new RoomEphemeral(room, "typing:start", USERS, typing.stream()
        .map(started -> new Item(started.user(), Json.bytes(new Typist(started.user(), started.agentId(), started.expiresAt())))).toList(),
        null, false);
  }

  static RoomEphemeral stopped(RoomId room, List<Effect.TypingStopped> typing) {
    return new RoomEphemeral(room, "typing:stop", USERS,
        typing.stream().map(stopped -> new Item(stopped.user(), Json.bytes(new Typist(stopped.user(), stopped.agentId(), null)))).toList(),
        null, false);
  }
}
