package dev.chorus.bench.load;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the viewers of one show have counted together. */
final class AudienceTally {
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(AudienceOutcome.LATE_MS);
  private boolean counting;
  private long tokens;
  private long portions;
  private long late;
  private long ended;
  private long failed;
  private long slowRead;
  private String trouble;
  private final Histogram delay = new Histogram();

  void count(boolean on) {
    counting = on;
  }

  void delay(long nanos) {
    if (!counting)
      return;
    delay.record(nanos);
    if (nanos > LATE_NANOS)
      late++;
  }

  void tokens(int more) {
    if (counting)
      tokens += more;
  }

  void portion() {
    if (counting)
      portions++;
  }

  void slowRead(int bytes) {
    if (counting)
      slowRead += bytes;
  }

  void ended() {
    ended++;
  }

  void failed(String reason) {
    failed++;
    if (trouble == null)
      trouble = reason;
  }

  long failures() {
    return failed;
  }

  long over() {
    return ended + failed;
  }

  AudienceOutcome outcome(int viewers, double seconds, Map<String, Double> cpu) {
    long unfinished = viewers - over();
    return new AudienceOutcome(tokens, portions, late, failed + unfinished, delay, slowRead, seconds, cpu,
        trouble == null && unfinished > 0 ? unfinished + " answers did not end" : trouble);
  }
}
