package dev.chorus.bench.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The CPU clocks of the processes that a run is about, by name. */
public record Meter(Map<String, DoubleSupplier> clocks) {
  /** A meter of one process. */
  public static Meter of(String name, long pid) {
    return new Meter(Map.of(name, () -> ProcessFigures.of(pid).cpuSeconds()));
  }

  /** What each clock shows now, in CPU seconds. */
  public Map<String, Double> read() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    clocks.forEach((name, clock) -> seconds.put(name, clock.getAsDouble()));
    return seconds;
  }

  /** What was spent since an earlier reading. */
  public Map<String, Double> since(Map<String, Double> before) {
    Map<String, Double> spent = read();
    spent.replaceAll((name, seconds) -> seconds - before.get(name));
    return spent;
  }
}
