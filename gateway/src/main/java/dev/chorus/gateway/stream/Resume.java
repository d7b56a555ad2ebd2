package dev.chorus.gateway.stream;

import java.util.Optional;

/** From where a reader goes on, as {@code Last-Event-ID} says it: {@code epoch-seq}. */
public record Resume(String epoch, long after) {
  private static final int MAX_DIGITS = 15;

  /** Empty when there is no id. One that is none of ours is of another epoch: what it counted is unknown. */
  public static Optional<Resume> parse(String lastEventId) {
    if (lastEventId == null || lastEventId.isEmpty())
      return Optional.empty();
    int dash = lastEventId.lastIndexOf('-');
    String digits = lastEventId.substring(dash + 1);
    boolean ours = dash > 0 && !digits.isEmpty() && digits.length() <= MAX_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return Optional.of(ours ? new Resume(lastEventId.substring(0, dash), Long.parseLong(digits)) : new Resume("", 0));
  }
}
