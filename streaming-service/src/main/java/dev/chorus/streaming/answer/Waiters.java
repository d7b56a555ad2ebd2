package dev.chorus.streaming.answer;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.TreeMap;

/** Those who wait until a stream's records up to a number are in the log. */
final class Waiters {
  private final TreeMap<Long, Promise<Void>> waiting = new TreeMap<>();

  /** Done when that record is in the log. */
  Future<Void> until(long seq) {
    return waiting.computeIfAbsent(seq, at -> Promise.promise()).future();
  }

  /** Everything up to there is. */
  void told(long head) {
    while (!waiting.isEmpty() && waiting.firstKey() <= head)
      waiting.pollFirstEntry().getValue().complete();
  }
}
