package dev.chorus.streaming.provider;

/** How long an attempt may be silent before its first token, between two pieces, and last in all, in milliseconds. */
public record Timeouts(int firstTokenMs, int interChunkMs, int totalMs) {
  static final Timeouts DEFAULT = new Timeouts(10_000, 20_000, 300_000);
  private static final long LATE_MS = 500;
  /** So soon a late look is repeated. */
  public static final long AGAIN_MS = 100;

  /** Whether a look came so late that this process must have hung: what a provider said meanwhile waits unread in its socket, and its silence proves nothing yet. */
  public static boolean isLate(long due, long now) {
    return now - due >= LATE_MS;
  }
}
