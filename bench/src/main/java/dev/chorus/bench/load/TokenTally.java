package dev.chorus.bench.load;

import java.util.Map;

/** What the callers of one run have counted together. */
final class TokenTally {
  private boolean counting;
  private long answers;
  private long tokens;
  private long missing;
  private long failures;
  private String trouble;
  private final Histogram firstToken = new Histogram();
  private final Histogram token = new Histogram();

  void count(boolean on) {
    counting = on;
  }

  void firstToken(long nanos) {
    if (counting)
      firstToken.record(nanos);
  }

  void token(long nanos) {
    if (!counting)
      return;
    tokens++;
    token.record(nanos);
  }

  /** One answer ended; tokens that never came are counted whenever it was asked for. */
  void answered(int missingTokens, boolean done) {
    missing += Math.abs(missingTokens);
    if (!done)
      failed("an answer ended without [DONE]");
    if (counting)
      answers++;
  }

  void failed(String reason) {
    failures++;
    if (trouble == null)
      trouble = reason;
  }

  long failures() {
    return failures;
  }

  TokenOutcome outcome(double seconds, Map<String, Double> cpu) {
    return new TokenOutcome(answers, tokens, missing, failures, firstToken, token, seconds, cpu, trouble);
  }
}
