package dev.chorus.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chorus.model.NodeId;
import dev.chorus.model.RoomId;
import dev.chorus.model.StreamId;
import dev.chorus.model.UserId;
import java.util.List;

/** What owners tell gateways. All of it is a hint: what is lost is found by the digests and read from the log. */
public sealed interface GatewayMessage extends BusMessage {

  /** New entries of any rooms that the gateway watches. */
  record RoomFanout(List<RoomEntries> rooms) implements GatewayMessage {}

  /** Entries {@code prev + 1 …} without a gap, each as the bytes of its envelope. */
  record RoomEntries(RoomId room, long prev, List<byte[]> entries) {
    public long last() {
      return prev + entries.size();
    }
  }

  /** Heads of all rooms that the gateway watches at that owner, as the database has them. */
  record RoomDigest(NodeId owner, List<DeliveryMessage.RoomHead> heads) implements GatewayMessage {}

  /**
   * Ephemeral events of any rooms.
   *
   * @param owner who says so, or null: a gateway takes events with a version only from the node that it has told of the room, since one that hung may still believe to own it
   */
  record EphemeralFanout(NodeId owner, List<RoomEphemeral> events) implements GatewayMessage {
    public EphemeralFanout(List<RoomEphemeral> events) {
      this(null, events);
    }
  }

  /**
   * One event for everybody in the room, each item encoded once.
   *
   * @param type on the envelope, e.g. {@code typing:start}
   * @param list the name of the list in data, e.g. {@code users}; null when data is the one item itself
   * @param version the roster's, or null for types that carry none
   * @param prev the version of the event before it, 0 for an owner's first: a gateway that has shown less has lost one. Null where version is.
   * @param echo whether a user also gets the items that are about themselves
   */
  record RoomEphemeral(RoomId room, String type, String list, List<Item> items, Long version, Long prev, boolean echo) {
    /** Of which no predecessor is known. */
    public RoomEphemeral(RoomId room, String type, String list, List<Item> items, Long version, boolean echo) {
      this(room, type, list, items, version, version == null ? null : 0L, echo);
    }
  }

  /** JSON of one item and whom it is about; null for nobody. */
  record Item(UserId user, byte[] json) {}

  /** New records of any streams. */
  record StreamFanout(List<StreamRecords> streams) implements GatewayMessage {}

  /**
   * Records {@code prev + 1 …} without a gap.
   *
   * @param room of the stream, or null
   * @param open what {@code stream:open} says, present when prev is 0
   */
  record StreamRecords(StreamId stream, RoomId room, dev.chorus.protocol.Event.StreamOpen open, long prev, List<StreamRecord> records) {
    public long last() {
      return prev + records.size();
    }
  }

  /** Heads of all running streams that the gateway watches at that owner. */
  record StreamDigest(NodeId owner, List<StreamingMessage.StreamHead> heads) implements GatewayMessage {}

  /** A connection of the user has taken the place of their others of that device, wherever they are. */
  record Replaced(dev.chorus.model.UserId user, String device, String connection) implements GatewayMessage {}

  /** Receipts: for everybody in the room but the user whom an item is about. Not ephemeral: none is left out for a slow reader. */
  record ReceiptFanout(List<RoomEphemeral> rooms) implements GatewayMessage {}

  /** What everybody in a room gets without a place in its log: read-by-all, messages that are sent at most once. */
  record NoticeFanout(List<RoomNotice> notices) implements GatewayMessage {}

  record RoomNotice(RoomId room, byte[] envelope) {}

  /** Messages that were not acked in time, once more, for the user's connections in the room that joined with {@code acks}. */
  record RedeliveryFanout(List<Redelivery> redeliveries) implements GatewayMessage {}

  /** @param envelope says {@code redelivered} already */
  record Redelivery(RoomId room, UserId user, byte[] envelope) {}

  /** For all connections of a user, in whatever room; told to every gateway. */
  record UserFanout(List<UserNotice> notices) implements GatewayMessage {}

  record UserNotice(UserId user, byte[] envelope) {}

  /**
   * The membership has ended: the user's connections leave the room.
   *
   * @param reason what they are told
   */
  record MemberRemoved(RoomId room, UserId user, String reason) implements GatewayMessage {
    /** By an admin. */
    public MemberRemoved(RoomId room, UserId user) {
      this(room, user, "removed");
    }
  }

  /** An admin has ended all connections of the user. */
  record ConnectionsEnded(UserId user) implements GatewayMessage {}
  /**
   * An event of another program's, for everybody in the room or for all connections of the user.
   *
   * @param room or null
   * @param user or null
   */
  record Published(RoomId room, UserId user, byte[] envelope) implements GatewayMessage {}

  /** A ticket that the asked gateway made is used elsewhere; answered with {@link TicketHolder}, once, or refused. */
  record RedeemTicket(String word) implements GatewayMessage {}

  /** @param expiresAt of the credential that the ticket was made for, or 0 */
  record TicketHolder(UserId user, String name, List<String> rooms, boolean admin, long expiresAt) implements GatewayMessage {}

  /**
   * What a client says by HTTP over its connection, which the asked gateway holds; answered with {@link Said}, or refused.
   *
   * @param user whose connection it must be
   * @param envelopes in their order
   */
  record Say(String connection, UserId user, List<byte[]> envelopes) implements GatewayMessage {}

  /** @param answers envelopes, in the order of what they answer */
  record Said(List<byte[]> answers) implements GatewayMessage {}

  /** Asks a gateway what it carries; answered with {@link Figures}. */
  record Measure() implements GatewayMessage {}

  /**
   * What a gateway carries.
   *
   * @param node or null for the sum of several
   * @param rooms that are watched; one that several gateways watch is in the sum as often
   * @param messagesIn envelopes from clients since the start
   * @param messagesOut envelopes to clients since the start
   * @param sendsWaiting messages without a verdict yet
   * @param unsentBytes that clients have not taken yet
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Figures(NodeId node, long connections, long rooms, long messagesIn, long messagesOut, long sendsWaiting, long unsentBytes)
      implements
        GatewayMessage {
    /** The sum, of no node. */
    public Figures plus(Figures other) {
      return new Figures(null, connections + other.connections, rooms + other.rooms, messagesIn + other.messagesIn,
          messagesOut + other.messagesOut, sendsWaiting + other.sendsWaiting, unsentBytes + other.unsentBytes);
    }
  }

  /** New events of any projects. */
  record ProgressFanout(List<ProjectEvents> projects) implements GatewayMessage {}

  /** Events {@code prev + 1 …} of a project without a gap. */
  record ProjectEvents(String project, long prev, List<ProgressMessage.ProgressEntry> entries) {}
}
