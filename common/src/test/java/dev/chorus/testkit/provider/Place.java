package dev.chorus.testkit.provider;

import java.util.List;

/** Where in an answer a fault happens. */
public enum Place {
  /** Instead of an answer. */
  BEFORE_HEADERS,
  /** The status is there, and nothing else. */
  AFTER_HEADERS,
  /** Half of the first frame that says something is sent. */
  IN_FIRST_CHUNK,
  /** Half of the text is said. */
  MIDDLE,
  /** The reasoning has begun. */
  IN_REASONING,
  /** A tool's arguments have begun. */
  IN_TOOL_CALL,
  /** All is said but why it ended. */
  BEFORE_REASON,
  /** The reason is the last thing said: nothing of the answer is missing. */
  AFTER_REASON;

  /** The number of frames that are sent whole before it. */
  int framesBefore(List<Wire> frames) {
    return switch (this) {
      case BEFORE_HEADERS, AFTER_HEADERS -> 0;
      case IN_FIRST_CHUNK -> first(frames, Wire.Says.SOMETHING);
      case MIDDLE -> {
        int texts = (int) frames.stream().filter(frame -> frame.says() == Wire.Says.TEXT).count();
        yield first(frames, Wire.Says.TEXT) + (texts + 1) / 2;
      }
      case IN_REASONING -> first(frames, Wire.Says.REASONING) + 1;
      case IN_TOOL_CALL -> first(frames, Wire.Says.ARGUMENTS) + 1;
      case BEFORE_REASON -> first(frames, Wire.Says.REASON);
      case AFTER_REASON -> first(frames, Wire.Says.REASON) + 1;
    };
  }

  private static int first(List<Wire> frames, Wire.Says what) {
    for (int i = 0; i < frames.size(); i++) {
      Wire.Says says = frames.get(i).says();
      if (says == what || (what == Wire.Says.SOMETHING && says.isPartOfAnswer()))
        return i;
    }
    throw new IllegalArgumentException("The answer has no " + what + " to go wrong in.");
  }
}
