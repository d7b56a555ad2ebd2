package dev.chorus.delivery.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What has become of a message at one recipient: a pure function of what is stored.
 *
 * <p>Guarantees: READ implies DELIVERED; a mark beats a failure, a drop and a cancellation, whatever came first; with facts that only grow (marks move up, failures and
 * cancellations are added) no state goes back, but for FAILED to PENDING by a retry.
 *
 * @param attempts to deliver it once more
 * @param reason why it FAILED, or null
 * @param history when it became what, in the order of the states
 */
record RecipientState(Status status, int attempts, String reason, Map<String, Long> history) {

  static RecipientState of(Facts facts) {
    Facts.Exceptional exception = facts.exception();
    Failure failure = failure(facts);
    Status status = status(facts, failure);
    Map<String, Long> history = new LinkedHashMap<>();
    history.put(Status.SENT.name(), facts.sentAt());
    if (failure != null)
      history.put(Status.FAILED.name(), failure.at());
    if (facts.cancelledAt() != null && status == Status.CANCELLED)
      history.put(Status.CANCELLED.name(), facts.cancelledAt());
    if (status.compareTo(Status.DELIVERED) >= 0 && earliest(facts.deliveredAt(), facts.readAt()) != null)
      history.put(Status.DELIVERED.name(), earliest(facts.deliveredAt(), facts.readAt()));
    if (status == Status.READ && facts.readAt() != null)
      history.put(Status.READ.name(), facts.readAt());
    return new RecipientState(status, exception == null ? 0 : exception.attempts(), status == Status.FAILED ? failure.reason() : null,
        history);
  }

  /** The same for those from whom marks are hidden. */
  static RecipientState hidden(Facts facts) {
    return of(new Facts(facts.sentAt(), false, null, false, null, null, null, facts.cancelledAt()));
  }

  private record Failure(String reason, long at) {}

  /** A retry takes back a drop as well as a timeout. */
  private static Failure failure(Facts facts) {
    Facts.Exceptional exception = facts.exception();
    if (exception != null)
      return exception.state() == Facts.Course.FAILED ? new Failure(exception.reason(), exception.at()) : null;
    // A drop says up to where; what had been cancelled before it was left out.
    boolean cancelledBefore = facts.cancelledAt() != null && facts.dropped() != null && facts.cancelledAt() < facts.dropped().at();
    return facts.dropped() == null || cancelledBefore ? null : new Failure(facts.dropped().reason(), facts.dropped().at());
  }

  private static Status status(Facts facts, Failure failure) {
    if (facts.read())
      return Status.READ;
    if (facts.delivered())
      return Status.DELIVERED;
    if (failure != null)
      return Status.FAILED;
    Facts.Exceptional exception = facts.exception();
    if (exception != null && exception.state() == Facts.Course.RETRYING)
      return exception.attempts() == 0 ? Status.PENDING : Status.SENT;
    return facts.cancelledAt() != null ? Status.CANCELLED : Status.SENT;
  }

  private static Long earliest(Long one, Long other) {
    if (one == null || other == null)
      return one == null ? other : one;
    return Math.min(one, other);
  }
}
