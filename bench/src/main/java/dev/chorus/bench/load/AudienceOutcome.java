package dev.chorus.bench.load;

import java.util.Map;

/**
 * What a show was like.
 *
 * @param tokens that came while it was measured, without the slow viewer's
 * @param portions in which they came
 * @param late marked tokens that came later than {@value #LATE_MS} ms after they were said
 * @param faults answers whose text was not the provider's, byte by byte to its end
 * @param delay of each marked token, from its saying to its arrival
 * @param slowBytes that the slow viewer has read while it was measured
 * @param cpu CPU seconds that each of the measured processes spent
 * @param trouble the first thing that went wrong, or null
 */
public record AudienceOutcome(long tokens, long portions, long late, long faults, Histogram delay, long slowBytes, double seconds,
    Map<String, Double> cpu, String trouble) {
  /** What is older than this when it comes is late. */
  public static final int LATE_MS = 200;
  private static final double MICROS = 1e6;

  /** CPU of a process for a token, in microseconds. */
  public double micros(String process) {
    return MICROS * cpu.get(process) / tokens;
  }

  /** CPU of all measured processes for a token, in microseconds. */
  public double micros() {
    return MICROS * cores() * seconds / tokens;
  }

  /** CPU cores that all of the measured processes occupied. */
  public double cores() {
    return cpu.values().stream().mapToDouble(Double::doubleValue).sum() / seconds;
  }

  /** How many tokens came at once. */
  public double tokensPerPortion() {
    return (double) tokens / portions;
  }
}
