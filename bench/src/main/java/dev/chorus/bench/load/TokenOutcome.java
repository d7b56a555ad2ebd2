package dev.chorus.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run of streamed answers did.
 *
 * @param answers answers that ended in the measured time
 * @param tokens tokens that came in the measured time
 * @param missing tokens of whole answers that did not come, or came twice
 * @param failures answers that failed and connections that were lost
 * @param firstToken from asking to the first token
 * @param token from the provider's writing a token to its arrival
 * @param seconds the measured time
 * @param cpu CPU seconds that each of the measured processes spent
 */
public record TokenOutcome(long answers, long tokens, long missing, long failures, Histogram firstToken, Histogram token, double seconds,
    Map<String, Double> cpu, String trouble) {
  /** Both together. */
  public TokenOutcome plus(TokenOutcome other) {
    Histogram bothFirst = new Histogram();
    bothFirst.add(firstToken);
    bothFirst.add(other.firstToken);
    Histogram bothToken = new Histogram();
    bothToken.add(token);
    bothToken.add(other.token);
    return new TokenOutcome(answers + other.answers, tokens + other.tokens, missing + other.missing, failures + other.failures, bothFirst,
        bothToken,
        seconds + other.seconds, sum(cpu, other.cpu), trouble == null ? other.trouble : trouble);
  }

  /** What all of the measured processes spent. */
  public double cpuSeconds() {
    return cpu.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static Map<String, Double> sum(Map<String, Double> one, Map<String, Double> other) {
    Map<String, Double> sum = new LinkedHashMap<>(one);
    other.forEach((name, more) -> sum.merge(name, more, Double::sum));
    return sum;
  }

  /** Everything that should be zero. */
  public long faults() {
    return missing + failures;
  }
}
