package dev.chorus.bench.report;

/** What the architecture asks of a figure. */
public sealed interface Goal {
  /** The figure is shown for what it is. */
  record None() implements Goal {}

  /** The figure is at most this. */
  record AtMost(double limit) implements Goal {}

  /** The figure is at least this. */
  record AtLeast(double limit) implements Goal {}

  /** The figure is at least so many times its reference. */
  record TimesReference(double factor) implements Goal {}

  /** The figure is at most so many times its reference. */
  record AtMostTimes(double factor) implements Goal {}

  /** The figure is at most its reference and so much more. */
  record OverReference(double more) implements Goal {}

  /** No goal. */
  static Goal none() {
    return new None();
  }

  /** Whether the figure reaches it; a figure that could not be measured does not. */
  default boolean met(Figure figure) {
    return switch (this) {
      case None none -> true;
      case AtMost goal -> figure.value() <= goal.limit();
      case AtLeast goal -> figure.value() >= goal.limit();
      case TimesReference goal -> figure.ratio() >= goal.factor();
      case AtMostTimes goal -> figure.ratio() <= goal.factor();
      case OverReference goal -> figure.value() <= figure.reference() + goal.more();
    };
  }

  /** The goal in the table's words. */
  default String text() {
    return switch (this) {
      case None none -> "";
      case AtMost goal -> "≤ " + Table.number(goal.limit());
      case AtLeast goal -> "≥ " + Table.number(goal.limit());
      case TimesReference goal -> "≥ " + Table.number(goal.factor()) + " ×";
      case AtMostTimes goal -> "≤ " + Table.number(goal.factor()) + " ×";
      case OverReference goal -> "≤ reference + " + Table.number(goal.more());
    };
  }
}
