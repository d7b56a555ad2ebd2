package dev.chorus.bus;

import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.List;

/** Calls to presence and their answers. */
public sealed interface PresenceMessage extends BusMessage {

  /** What changed in a gateway's rooms since it last spoke to this owner. Repeating it changes nothing. */
  record Announce(NodeId gateway, List<RoomPresence> rooms) implements PresenceMessage {}

  /**
   * The gateway's connections in one room.
   *
   * @param shownVersion the highest version that the gateway has shown to its clients, or 0: the owner's next one is higher
   * @param full {@code here} is all that the gateway has in the room; whom it does not name is not there. Otherwise it names additions.
   * @param watching false: the gateway has nobody in the room any more and wants nothing of it
   */
  record RoomPresence(RoomId room, long shownVersion, boolean full, boolean watching, List<Here> here, List<Gone> gone) {}

  /** One connection that is in the room. */
  record Here(String connection, UserId user, String name, String device, boolean hidden) {}

  /** @param clean left or closed on purpose: no grace */
  record Gone(String connection, UserId user, boolean clean) {}

  /** One per announced room that is watched. */
  record Announced(List<RoomRoster> rosters) implements PresenceMessage {}

  /** @param moved the asked node is not the owner; the other fields are empty */
  record RoomRoster(RoomId room, long version, List<Presence> participants, boolean moved) {}

  /** Who is in the room, hidden users left out; answered with {@link Roster}. */
  record ListParticipants(RoomId room, String cursor, int limit) implements PresenceMessage {}

  /** @param cursor of the next page, or null */
  record Roster(long version, List<Presence> participants, String cursor) implements PresenceMessage {}

  /** Typing of any rooms of one owner, in the order in which it came. Nobody waits for it. */
  record SetTyping(List<Typing> changes) implements PresenceMessage {}

  /** @param agentId an agent that types on the user's behalf, or null */
  record Typing(RoomId room, UserId user, String connection, String agentId, boolean on) {}

  /** Every few seconds: what the gateway has in each of its rooms of this owner, as a hash of its sorted (connection, user) pairs. */
  record Digest(NodeId gateway, List<RoomDigest> rooms) implements PresenceMessage {}

  record RoomDigest(RoomId room, long hash) {}

  /** The rooms that the gateway announces again, in full. */
  record Mismatched(List<RoomId> rooms) implements PresenceMessage {}
}
