package dev.chorus.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;
import java.util.List;

/** The answers to one batch, complete when each place has its own. */
final class Replies<V> {
  private final V[] verdicts;
  private final Promise<List<V>> promise = Promise.promise();
  private int open;

  /** @param places an empty array with one place for each */
  Replies(V[] places) {
    verdicts = places;
    open = places.length;
    if (open == 0)
      complete();
  }

  /** Once for each place. */
  void set(int place, V verdict) {
    verdicts[place] = verdict;
    if (--open == 0)
      complete();
  }

  private void complete() {
    promise.complete(Arrays.asList(verdicts));
  }

  Future<List<V>> future() {
    return promise.future();
  }
}
