package dev.chorus.bench.report;

/**
 * One line of the table.
 *
 * @param reference the same thing measured at the reference in the same run; NaN where there is none
 * @param ratio figure over reference; NaN where there is none
 */
public record Figure(String benchmark, String what, double value, String unit, double reference, double ratio, Goal goal) {
  /** A figure beside its reference. */
  public static Figure beside(String benchmark, String what, double value, String unit, double reference, Goal goal) {
    return new Figure(benchmark, what, value, unit, reference, value / reference, goal);
  }

  /** A figure that stands alone. */
  public static Figure alone(String benchmark, String what, double value, String unit, Goal goal) {
    return new Figure(benchmark, what, value, unit, Double.NaN, Double.NaN, goal);
  }

  /** A count of what must not happen. */
  public static Figure faults(String benchmark, String what, long count, String unit) {
    return alone(benchmark, what, (double) count, unit, new Goal.AtMost(0));
  }

  /** Whether the goal is reached; true where there is none. */
  public boolean met() {
    return goal.met(this);
  }
}
