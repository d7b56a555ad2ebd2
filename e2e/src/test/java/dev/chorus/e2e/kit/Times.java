package dev.chorus.e2e.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measured times, printed as a row: they are shown, and judged only where the architecture gives a bound. */
public final class Times {
  private final String what;
  private final List<Duration> times = Collections.synchronizedList(new ArrayList<>());

  public Times(String what) {
    this.what = what;
  }

  public void add(Duration time) {
    times.add(time);
  }

  public int count() {
    return times.size();
  }

  public Duration median() {
    return sorted().get(times.size() / 2);
  }

  /** So many of a hundred are not longer. */
  public Duration percentile(int percent) {
    return sorted().get(Math.min(times.size() - 1, times.size() * percent / 100));
  }

  public Duration max() {
    return sorted().getLast();
  }

  private List<Duration> sorted() {
    return times.stream().sorted().toList();
  }

  /** Prints the row to standard output, where the build shows it. */
  public void print() {
    System.out.printf(Locale.ROOT, "%-60s n=%d  p50 %d ms  p99 %d ms  max %d ms  %s%n", what, count(), median().toMillis(),
        percentile(99).toMillis(), max().toMillis(),
        sorted().stream().map(Duration::toMillis).toList());
  }
}
