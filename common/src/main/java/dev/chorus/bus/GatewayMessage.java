package dev.chorus.bus;

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

  /** Ephemeral events of any rooms. */
  record EphemeralFanout(List<RoomEphemeral> events) implements GatewayMessage {}

  /**
   * One event for everybody in the room, each item encoded once.
   *
   * @param type on the envelope, e.g. {@code typing:start}
   * @param list the name of the list in data, e.g. {@code users}
   * @param version the roster's, or null for types that carry none
   * @param echo whether a user also gets the items that are about themselves
   */
  record RoomEphemeral(RoomId room, String type, String list, List<Item> items, Long version, boolean echo) {}

  /** JSON of one item and whom it is about. */
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

  /** New events of any projects. */
  record ProgressFanout(List<ProjectEvents> projects) implements GatewayMessage {}

  /** Events {@code prev + 1 …} of a project without a gap. */
  record ProjectEvents(String project, long prev, List<ProgressMessage.ProgressEntry> entries) {}
}
