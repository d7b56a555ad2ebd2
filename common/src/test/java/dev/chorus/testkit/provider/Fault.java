package dev.chorus.testkit.provider;

/** What a provider may do wrong in the middle of an answer. */
public enum Fault {
  /** The body ends properly, but too early. */
  END,
  /** The connection is closed in the middle of the body. */
  CUT,
  /** The connection is reset. */
  RESET,
  /** Nothing comes any more, and the connection stays open. */
  STALL,
  /** An error of the dialect stands in the stream, which then ends. */
  ERROR,
  /** A frame that cannot be read, whereupon the stream ends. */
  MALFORMED
}
