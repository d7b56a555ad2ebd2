package dev.chorus.bus;

import dev.chorus.model.NodeId;
import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import dev.chorus.protocol.ClientFrame;
import java.util.List;

/** Calls to delivery and their answers: rooms, members and the log here, receipts and states in {@link TrackingMessage}, the offline queue in {@link QueueMessage}. */
public sealed interface DeliveryMessage extends BusMessage
    permits DeliveryMessage.JoinRoom, DeliveryMessage.JoinedRoom, DeliveryMessage.ForgetRoom, DeliveryMessage.RemoveMember,
    DeliveryMessage.ListMembers, DeliveryMessage.MembersPage, DeliveryMessage.SendMessages, DeliveryMessage.SentMessages,
    DeliveryMessage.ReadLog, DeliveryMessage.LogPage, DeliveryMessage.ReadHistory, DeliveryMessage.HistoryPage, DeliveryMessage.ListRooms,
    DeliveryMessage.RoomsPage, DeliveryMessage.WatchRooms, DeliveryMessage.WatchedRooms, TrackingMessage, QueueMessage {

  /** Makes the user a member of the room (and the room) if they are not yet. */
  record JoinRoom(RoomId room, UserId user) implements DeliveryMessage {}

  /** The room and the user's marks in it. */
  record JoinedRoom(RoomId room, String epoch, long head, long deliveredSeq, long readSeq, long unread) implements DeliveryMessage {}

  /** Ends the membership. */
  record ForgetRoom(RoomId room, UserId user) implements DeliveryMessage {}

  /** Ends the membership of somebody, by an admin: every gateway is told {@link GatewayMessage.MemberRemoved}. */
  record RemoveMember(RoomId room, UserId user) implements DeliveryMessage {}

  /** The members by name above {@code cursor}, for one of them or an {@code admin}; any delivery node answers. */
  record ListMembers(RoomId room, UserId asker, boolean admin, String cursor, int limit) implements DeliveryMessage {}

  /** @param cursor of the next page, or null */
  record MembersPage(List<Member> members, String cursor) implements DeliveryMessage {}

  /** Marks are null where the member has switched receipts off and somebody else asks. */
  record Member(UserId user, long joinedAt, Long deliveredSeq, Long readSeq) {}

  /**
   * One message, edit or deletion to append. {@code clientId} is always set: the gateway makes one where the client did not. A send that is at-most-once goes the same way, and
   * comes out behind what was sent before it, but is not stored.
   */
  record Append(UserId sender, boolean admin, ClientFrame.Entry entry) {}

  /** Entries for any rooms of one owner, in the order in which they came; all of one connection and room keep it. */
  record SendMessages(List<Append> messages) implements DeliveryMessage {}

  /** One verdict per message of {@link SendMessages}, in its order. */
  record SentMessages(List<Verdict> verdicts) implements DeliveryMessage {}

  /**
   * Exactly one of the three is set; {@code moved}: not the owner, nothing was done.
   *
   * @param sent of an edit or a deletion too: seq and time of that entry, the id is the message's; of an at-most-once send without a seq
   */
  record Verdict(Ack.Sent sent, Problem problem, boolean moved) {
    public static Verdict of(Ack.Sent sent) {
      return new Verdict(sent, null, false);
    }

    public static Verdict of(Problem problem) {
      return new Verdict(null, problem, false);
    }

    public static Verdict elsewhere() {
      return new Verdict(null, null, true);
    }
  }

  /** The log above {@code after}, at most {@code limit} entries; any delivery node answers. */
  record ReadLog(RoomId room, long after, int limit) implements DeliveryMessage {}

  /**
   * Entries {@code after + 1 …} without a gap, each as the bytes of its envelope.
   *
   * @param head of the room when it was read
   * @param epoch of the room; null when there is no such room
   * @param oldest the lowest seq that the log still has (retention), head + 1 when it is empty
   */
  record LogPage(RoomId room, String epoch, long after, List<byte[]> entries, long head, long oldest) implements DeliveryMessage {}

  /** A page of the log for a member, or for anybody when {@code admin}. At most one of before and after is set. */
  record ReadHistory(RoomId room, UserId user, boolean admin, Long before, Long after, int limit) implements DeliveryMessage {}

  /** @param more there are more on the far side */
  record HistoryPage(List<byte[]> entries, long head, boolean more) implements DeliveryMessage {}

  /** The user's memberships by room name above {@code cursor}; any delivery node answers. */
  record ListRooms(UserId user, String cursor, int limit) implements DeliveryMessage {}

  /** @param cursor of the next page, or null */
  record RoomsPage(List<Ack.Rooms.Room> rooms, String cursor) implements DeliveryMessage {}

  /**
   * From now on (or no longer) the gateway gets every entry of these rooms. Repeating it changes nothing.
   *
   * @param changes of users in rooms that the gateway has had watched there before, or null; in a room that is not watched there they do nothing
   */
  record WatchRooms(NodeId gateway, List<RoomWatch> watch, List<RoomId> unwatch, List<UserChange> changes) implements DeliveryMessage {
    public WatchRooms(NodeId gateway, List<RoomWatch> watch, List<RoomId> unwatch) {
      this(gateway, watch, unwatch, List.of());
    }
  }

  /**
   * @param position the last seq that the gateway has, or -1 if it has none yet
   * @param users who is connected there, joined to the room: all of them, in place of those named before
   */
  record RoomWatch(RoomId room, long position, List<Connected> users) {}

  /** @param acks whether any of the user's connections in that room and gateway has joined with {@code acks} */
  record Connected(UserId user, boolean acks) {}

  /** How the user is in the room on that gateway from now on; {@code present} false: with no connection. */
  record UserChange(RoomId room, UserId user, boolean present, boolean acks) {}

  /** One per watched room. */
  record WatchedRooms(List<RoomHead> heads) implements DeliveryMessage {}

  /** @param moved the asked node is not the owner of that room and does not watch it for the gateway */
  record RoomHead(RoomId room, long head, boolean moved) {}
}
