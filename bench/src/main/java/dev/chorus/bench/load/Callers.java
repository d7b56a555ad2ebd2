package dev.chorus.bench.load;

import dev.chorus.bench.process.Meter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Many callers at once, begun one after the other over half a second, each asking again when its answer has ended. */
public final class Callers {
  private static final double BEGIN_SECONDS = 0.5;
  private static final double END_SECONDS = 10;

  private Callers() {}

  /**
   * Runs them.
   *
   * @param header the header line of a caller, with its end, or empty
   * @param tokens tokens of each answer
   * @param meter the processes whose CPU counts
   */
  public static TokenOutcome run(Loop loop, int port, int count, IntFunction<String> header, int tokens, double seconds, Meter meter)
      throws IOException {
    TokenTally tally = new TokenTally();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Caller caller = new Caller(loop, port, header.apply(i), tokens, tally);
      callers.add(caller);
      caller.ask();
      loop.rest(BEGIN_SECONDS / count);
    }
    Map<String, Double> before = meter.read();
    long from = System.nanoTime();
    tally.count(true);
    loop.until(() -> tally.failures() >= count, seconds);
    tally.count(false);
    Map<String, Double> cpu = meter.since(before);
    double measured = (System.nanoTime() - from) / 1e9;
    callers.forEach(Caller::stop);
    loop.until(() -> callers.stream().allMatch(Caller::resting), END_SECONDS);
    callers.forEach(Caller::close);
    return tally.outcome(measured, cpu);
  }
}
