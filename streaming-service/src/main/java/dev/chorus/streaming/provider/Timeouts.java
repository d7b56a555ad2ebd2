package dev.chorus.streaming.provider;

/** How long an attempt may be silent before its first token, between two pieces, and last in all, in milliseconds. */
public record Timeouts(int firstTokenMs, int interChunkMs, int totalMs) {
  static final Timeouts DEFAULT = new Timeouts(10_000, 20_000, 300_000);
}
