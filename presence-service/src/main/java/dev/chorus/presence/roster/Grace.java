package dev.chorus.presence.roster;

/**
 * How long things outlast their last sign of life, in milliseconds.
 *
 * @param leaveMs a user whose connection broke
 * @param typingMs a typing indicator
 */
public record Grace(long leaveMs, long typingMs) {
  /** How long gateways may take to come over to a new owner. */
  private static final long COMING_OVER_MS = 3000;

  /** A user of whom only another owner has told, and whom no gateway has claimed yet. */
  long hearsayMs() {
    return leaveMs + COMING_OVER_MS;
  }
}
