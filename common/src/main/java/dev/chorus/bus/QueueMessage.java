package dev.chorus.bus;

import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import java.util.List;

/** What waits for a user: the messages of others above the delivered marks of their rooms, but for what was dropped or cancelled. Any delivery node answers. */
public sealed interface QueueMessage extends DeliveryMessage {

  /** Drops first what is too much or too old. */
  record ReadQueue(UserId user) implements QueueMessage {}

  /**
   * @param rooms in which something waits, or was dropped since the last ack; those with high priority first, then by name
   * @param total how many messages wait
   * @param dropped how many were dropped since the last ack of their rooms
   */
  record WaitingQueue(List<WaitingRoom> rooms, long total, long dropped) implements QueueMessage {}

  /** @param deliveredSeq the entries above it are what a drain goes through */
  record WaitingRoom(RoomId room, String epoch, long head, long deliveredSeq, long high, long normal, long low, long dropped) {}

  /** A page of what a drain sends of one room, above {@code after}, at most {@code limit} entries. */
  record ReadWaiting(RoomId room, UserId user, long after, int limit) implements QueueMessage {}

  /**
   * What is left out between {@code after} and {@code upTo} was dropped, cancelled or is the user's own; the next page begins at {@code upTo}.
   *
   * @param upTo the last seq that the page speaks of; not below head: it was the last page
   * @param messages how many of the entries are messages that waited
   */
  record WaitingPage(RoomId room, List<WaitingEntry> entries, long after, long upTo, long head, int messages) implements QueueMessage {}

  /** An entry as the bytes of its envelope. */
  record WaitingEntry(long seq, byte[] envelope) {}

  /** Drops all that waits for the user. */
  record DropQueue(UserId user) implements QueueMessage {}

  /** These users have just connected somewhere: what is too much or too old in their queues is dropped soon. */
  record SweepQueues(List<UserId> users) implements QueueMessage {}

  /** Which of these users are connected to these rooms; asked of the rooms' owner by others that think of dropping. */
  record WhoIsConnected(List<Place> places) implements QueueMessage {}

  record Place(RoomId room, UserId user) {}

  record ConnectedPlaces(List<Place> places) implements QueueMessage {}
}
