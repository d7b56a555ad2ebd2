package dev.chorus.bus;

import dev.chorus.cluster.RosterHash;
import dev.chorus.model.Activity;
import dev.chorus.model.CursorPosition;
import dev.chorus.model.NodeId;
import dev.chorus.model.Presence;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Event.TypingStart.Typist;
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
   * @param shown whom the gateway's clients see, when it comes over from another owner, else empty: whom nobody claims of these leaves after the grace
   */
  record RoomPresence(RoomId room, long shownVersion, boolean full, boolean watching, List<Here> here, List<Gone> gone,
      List<Presence> shown) {
    /** Of a gateway that shows nothing yet, or nothing that this owner does not know. */
    public RoomPresence(RoomId room, long shownVersion, boolean full, boolean watching, List<Here> here, List<Gone> gone) {
      this(room, shownVersion, full, watching, here, gone, List.of());
    }
  }

  /**
   * One connection that is in the room. {@code status} and {@code device} are its own; {@code hidden} and {@code metadata} are its user's: of several connections those count
   * that were set last.
   *
   * @param name the user's display name, or null
   * @param hiddenAt when {@code hidden} was last said, in milliseconds since the epoch; 0 when it never was
   * @param metadata JSON text of an object, or null
   * @param metadataAt when {@code metadata} was last said, or 0
   */
  record Here(String connection, UserId user, String name, String device, boolean hidden, long hiddenAt, Presence.Status status,
      String metadata, long metadataAt) {
    /** A connection that has said nothing of itself. */
    public Here(String connection, UserId user, String name, String device, boolean hidden) {
      this(connection, user, name, device, hidden, 0, Presence.Status.ONLINE, null, 0);
    }

    /** This connection's part of the room's {@link RosterHash}. */
    public long hash() {
      return RosterHash.entry(connection, user.value(), name, device, hidden ? "hidden" : "", Long.toString(hiddenAt),
          status == null ? "" : status.name(), metadata, Long.toString(metadataAt));
    }
  }

  /** @param clean left or closed on purpose: no grace */
  record Gone(String connection, UserId user, boolean clean) {}

  /** One per announced room that is watched. */
  record Announced(List<RoomRoster> rosters) implements PresenceMessage {}

  /**
   * What the clients of a watching gateway are to see: exactly what the room's events up to that version have told.
   *
   * @param moved the asked node is not the owner; the other fields are empty
   * @param online how many are in the room; more than {@code participants} in a room where coming and going is only counted
   */
  record RoomRoster(RoomId room, long version, List<Presence> participants, boolean moved, int online) {
    public RoomRoster(RoomId room, long version, List<Presence> participants, boolean moved) {
      this(room, version, participants, moved, participants.size());
    }
  }

  /**
   * After a change of the ring: the gateway has told this owner of all the rooms that it has of it. Of those whom other gateways show, and whom it has not named, it has none.
   * Refused as moved by an owner that sees another ring.
   *
   * @param ring the {@link dev.chorus.cluster.Ring#fingerprint} of the ring by which the gateway went
   */
  record CameOver(NodeId gateway, long ring) implements PresenceMessage {}

  /**
   * Who is in the room, hidden users left out; answered with {@link Roster}.
   *
   * @param cursor the page's, or null for the first
   * @param users null for who is there; else only these, in this order, those who are not there as OFFLINE with what is known of their last visit
   */
  record ListParticipants(RoomId room, String cursor, int limit, List<UserId> users) implements PresenceMessage {
    public ListParticipants(RoomId room, String cursor, int limit) {
      this(room, cursor, limit, null);
    }
  }

  /**
   * @param cursor of the next page, or null
   * @param online how many are in the room
   */
  record Roster(long version, List<Presence> participants, String cursor, int online) implements PresenceMessage {
    public Roster(long version, List<Presence> participants, String cursor) {
      this(version, participants, cursor, participants.size());
    }
  }

  /** Typing of any rooms of one owner, in the order in which it came. Nobody waits for it. */
  record SetTyping(List<Typing> changes) implements PresenceMessage {}

  /**
   * @param connection through which the user types, or null for one without a socket
   * @param agentId an agent that types on the user's behalf, or null
   */
  record Typing(RoomId room, UserId user, String connection, String agentId, boolean on) {}

  /** Who types in the room at the moment; answered with {@link TypingNow}. */
  record ListTyping(RoomId room) implements PresenceMessage {}

  record TypingNow(List<Typist> users) implements PresenceMessage {}

  /** Cursors of any rooms of one owner, the latest of each connection. Nobody waits for it. */
  record SetCursors(List<CursorMove> moves) implements PresenceMessage {}

  record CursorMove(RoomId room, UserId user, String connection, CursorPosition position) {}

  /** Activities of any rooms of one owner. Nobody waits for it. */
  record SetActivities(List<ActivityChange> changes) implements PresenceMessage {}

  /** @param details JSON text of an object, or null */
  record ActivityChange(RoomId room, UserId user, String connection, Activity activity, String details) {}

  /**
   * What agents do in rooms of one owner, from the node that runs their streams: at each start and end, and all that run every two seconds, since an answer of which nothing is
   * heard for five counts as ended. Nobody waits for it; what has ended never begins again.
   */
  record Answering(NodeId node, List<Generation> running, List<Generation> ended) implements PresenceMessage {}

  /**
   * One stream of a room.
   *
   * @param user who started it
   * @param agentId of the agent, or the model's name for one without
   */
  record Generation(RoomId room, StreamId stream, UserId user, String agentId) {}

  /** The user's choice who may know when they were last seen; answered when it is kept. */
  record ChooseLastSeen(UserId user, boolean everyone) implements PresenceMessage {}

  /** To the other presence nodes: a choice was made. What is lost is found in the database a little later. */
  record LastSeenChosen(UserId user, boolean everyone) implements PresenceMessage {}

  /** Every few seconds: what the gateway has in each of its rooms of this owner, as the {@link RosterHash} of its connections, and what it shows. */
  record Digest(NodeId gateway, List<RoomDigest> rooms) implements PresenceMessage {}

  /** @param shownVersion the highest version that the gateway has shown, or null: an event that was lost is found by it */
  record RoomDigest(RoomId room, long hash, Long shownVersion) {
    public RoomDigest(RoomId room, long hash) {
      this(room, hash, null);
    }
  }

  /** The rooms that the gateway announces again, in full. */
  record Mismatched(List<RoomId> rooms) implements PresenceMessage {}
}
