package dev.chorus.streaming.provider;

import java.util.List;

/**
 * Where one request may go, in order.
 *
 * @param model as the caller named it
 * @param price or null
 * @param recovery whether a broken answer may be continued
 */
public record Route(String model, List<Target> targets, Price price, RetryPolicy retry, BreakerPolicy breaker, boolean recovery) {
  /** A route of no target. */
  public static Route nowhere(String model) {
    return new Route(model, List.of(), null, RetryPolicy.DEFAULT, BreakerPolicy.DEFAULT, false);
  }
}
