package dev.chorus.streaming.conversation;

/**
 * Whether and which tools are to be called.
 *
 * @param name of the one tool that {@code NAMED} means, else null
 */
public record ToolChoice(Kind kind, String name) {
  /** AUTO is what holds where nothing is said. */
  public enum Kind {
    AUTO, NONE, REQUIRED, NAMED
  }

  static final ToolChoice AUTO = new ToolChoice(Kind.AUTO, null);
}
