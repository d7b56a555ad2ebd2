package dev.chorus.bench.scenario;

import dev.chorus.bench.load.TokenOutcome;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a request and a token cost on one way to the provider. Short and long answers in two runs give two equations; what the processes spend at rest is taken off first.
 *
 * @param rest CPU that each process spends in a second without any load
 */
record TokenPrice(TokenOutcome shorts, TokenOutcome longs, Map<String, Double> rest) {
  private static final double MICROS = 1e6;

  /** Of two turns. */
  TokenPrice plus(TokenPrice other) {
    return new TokenPrice(shorts.plus(other.shorts), longs.plus(other.longs), rest);
  }

  /** All that was heard. */
  TokenOutcome both() {
    return shorts.plus(longs);
  }

  /** CPU of a token, in microseconds. */
  double tokenMicros() {
    return shorts.cpu().keySet().stream().mapToDouble(this::tokenMicros).sum();
  }

  /** CPU of a request without its tokens, in microseconds. */
  double requestMicros() {
    return shorts.cpu().keySet().stream().mapToDouble(this::requestMicros).sum();
  }

  /** CPU of one of the long answers, request and tokens, in microseconds. */
  double answerMicros() {
    return longs.cpu().keySet().stream().mapToDouble(name -> MICROS * spent(longs, name)).sum() / longs.answers();
  }

  /** CPU cores that the processes occupy without any load. */
  double coresAtRest() {
    return rest.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Process by process. */
  String words() {
    return shorts.cpu().keySet().stream()
        .map(name -> "%s %.0f + %.1f".formatted(name, requestMicros(name), tokenMicros(name))).collect(Collectors.joining(", "));
  }

  private double tokenMicros(String process) {
    return MICROS * (spent(longs, process) * shorts.answers() - spent(shorts, process) * longs.answers())
        / ((double) longs.tokens() * shorts.answers() - (double) shorts.tokens() * longs.answers());
  }

  private double requestMicros(String process) {
    return (MICROS * spent(shorts, process) - tokenMicros(process) * shorts.tokens()) / shorts.answers();
  }

  private double spent(TokenOutcome outcome, String process) {
    return outcome.cpu().get(process) - rest.getOrDefault(process, 0.0) * outcome.seconds();
  }
}
