package dev.chorus.gateway.limit;

import dev.chorus.gateway.config.GatewayConfig;
import dev.chorus.model.ErrorCode;
import dev.chorus.model.Principal;
import dev.chorus.model.Problem;
import dev.chorus.model.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How often each user may send and start streams, over all their connections and requests at this gateway. Admins are exempt. On the gateway's context only. */
public final class UserRates {
  private final GatewayConfig.Rates rates;
  private final Map<UserId, TokenBucket> sends = new HashMap<>();
  private final Map<UserId, TokenBucket> streams = new HashMap<>();

  public UserRates(GatewayConfig.Rates rates) {
    this.rates = rates;
  }

  /** Counts a send; the problem when it is one too many. */
  public Optional<Problem> send(Principal caller, long now) {
    if (caller.admin())
      return Optional.empty();
    TokenBucket bucket = sends.computeIfAbsent(caller.user(),
        user -> new TokenBucket(rates.sends(), (double) rates.sends() * GatewayConfig.Rates.BURST, now));
    return judge(bucket.take(now), "You send more than " + rates.sends() + " messages per second.");
  }

  /** Counts the start of a stream; the problem when it is one too many. */
  public Optional<Problem> stream(Principal caller, long now) {
    if (caller.admin())
      return Optional.empty();
    TokenBucket bucket = streams.computeIfAbsent(caller.user(), user -> new TokenBucket(rates.streams() / 60.0, rates.streams(), now));
    return judge(bucket.take(now), "You start more than " + rates.streams() + " streams per minute.");
  }

  /** Every few seconds: forgets users who have been quiet. */
  public void forgetQuiet(long now) {
    sends.values().removeIf(bucket -> bucket.isFull(now));
    streams.values().removeIf(bucket -> bucket.isFull(now));
  }

  private static Optional<Problem> judge(long waitMs, String sentence) {
    return waitMs == 0 ? Optional.empty() : Optional.of(Problem.retryAfter(ErrorCode.RATE_LIMITED, sentence, waitMs));
  }
}
