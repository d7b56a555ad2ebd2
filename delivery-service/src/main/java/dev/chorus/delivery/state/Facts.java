package dev.chorus.delivery.state;

/**
 * What is stored of one message and one recipient; times are milliseconds since the epoch, null where it has not happened or nobody knows when.
 *
 * @param sentAt when it was committed
 * @param delivered whether the delivered mark covers it
 * @param read whether the read mark covers it
 * @param exception null: it goes its normal way
 * @param dropped null: it was not dropped of the queue
 * @param cancelledAt when the sender cancelled, or null
 */
record Facts(long sentAt, boolean delivered, Long deliveredAt, boolean read, Long readAt, Exceptional exception, Dropped dropped,
    Long cancelledAt) {

  /** What has been noted of the recipient alone. */
  enum Course {
    RETRYING, FAILED, CANCELLED;

    /** As {@code delivery_exceptions.state} has it. */
    static Course of(short column) {
      return switch (column) {
        case 0 -> RETRYING;
        case 1 -> FAILED;
        default -> CANCELLED;
      };
    }
  }

  /**
   * @param attempts made so far
   * @param reason of the failure, or null
   */
  record Exceptional(Course state, int attempts, String reason, long at) {}

  record Dropped(String reason, long at) {}
}
