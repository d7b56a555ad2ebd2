package dev.chorus.delivery.log;

import dev.chorus.protocol.ClientFrame.Send.Priority;

/** Priorities as {@code chat_messages.priority} has them: numbers, since they are sorted by. */
public final class PriorityColumn {
  private static final short HIGH = 0;
  private static final short NORMAL = 1;
  private static final short LOW = 2;

  private PriorityColumn() {}

  public static short of(Priority priority) {
    return switch (priority) {
      case HIGH -> HIGH;
      case NORMAL -> NORMAL;
      case LOW -> LOW;
    };
  }

  static Priority read(short column) {
    return switch (column) {
      case HIGH -> Priority.HIGH;
      case LOW -> Priority.LOW;
      default -> Priority.NORMAL;
    };
  }
}
