package dev.chorus.bus;

import dev.chorus.model.Problem;
import dev.chorus.model.RoomId;
import dev.chorus.model.UserId;
import dev.chorus.protocol.Ack;
import java.util.List;

/** What has become of messages: marks of readers, states of recipients, figures. */
public sealed interface TrackingMessage extends DeliveryMessage {

  /** Marks of any rooms of one owner, in any order: they are cumulative. Answered when all of them are stored or refused. */
  record MoveMarks(List<Mark> marks) implements TrackingMessage {}

  /**
   * Everything up to a seq has reached the user, or was read. Null where nothing is said of it; {@code messageId} stands for the read seq of that message.
   *
   * @param metadata of the reading, JSON text of an object, or null
   */
  record Mark(RoomId room, UserId user, Long delivered, Long read, String messageId, String metadata) {}

  /** One verdict per mark of {@link MoveMarks}, in its order. */
  record MovedMarks(List<MarkVerdict> verdicts) implements TrackingMessage {}

  /**
   * Both unset: it is stored.
   *
   * @param problem why it is refused, or null
   * @param moved not the owner, nothing was done
   */
  record MarkVerdict(Problem problem, boolean moved) {
    public static final MarkVerdict DONE = new MarkVerdict(null, false);

    public static MarkVerdict of(Problem problem) {
      return new MarkVerdict(problem, false);
    }

    public static MarkVerdict elsewhere() {
      return new MarkVerdict(null, true);
    }
  }

  /** The record of a message, for members of the room and admins. */
  record ReadDelivery(RoomId room, UserId asker, boolean admin, String messageId) implements TrackingMessage {}

  /** Has the FAILED recipients tried again; for the sender or an admin. */
  record RetryDelivery(RoomId room, UserId asker, boolean admin, String messageId) implements TrackingMessage {}

  /** No more attempts for recipients whom it has not reached; for the sender or an admin. */
  record CancelDelivery(RoomId room, UserId asker, boolean admin, String messageId) implements TrackingMessage {}

  /** Answers the three before. */
  record DeliveryRecord(Ack.Delivery delivery) implements TrackingMessage {}

  /** @param room null: for all rooms of the user, also those that they join later */
  record SetReceipts(UserId user, RoomId room, boolean enabled) implements TrackingMessage {}

  /** @param user whose sent messages it is about; null: everybody's, for admins */
  record ReadStatistics(UserId user) implements TrackingMessage {}

  record DeliveryStatistics(Ack.Statistics figures) implements TrackingMessage {}
}
